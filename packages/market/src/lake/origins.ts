import {
  type Exchange,
  bodyOf,
  type ItemKey,
  type ItemTable,
  type StoredForm,
  sha256Hex,
  isAppError,
} from '@aion/core';
import { z } from 'zod';
import type { BarTable } from '../bars.ts';

/** Where bars came from: one file of one source, as it was given. */
export const BarOrigin = z.strictObject({
  id: z.string(),
  /** `nse_bhavcopy`, `upload`, `simulator`, a vendor's name … */
  source: z.string(),
  name: z.string(),
  /** Of the file's bytes, or of what names the content where there is no file. */
  sha256: z.string(),
  importedMs: z.int(),
});
export type BarOrigin = z.infer<typeof BarOrigin>;
const ORIGIN: StoredForm<BarOrigin> = { what: 'origin of bars', v: 1, schema: BarOrigin };

const ID_DIGITS = 12;

/** The id that bars carry: it follows from source and content, so the same file imported again has the same. */
export const originIdOf = (source: string, sha256: string): string =>
  sha256Hex(`${source}\n${sha256}`).slice(0, ID_DIGITS);

const keyOf = (market: Exchange, id: string): ItemKey => ({
  table: 'product',
  pk: `LAKE#${market}`,
  sk: `ORIGIN#${id}`,
});

/** Keeps an origin before bars that name it are stored. One that is there keeps the time of its first import. */
export async function saveOrigin(items: ItemTable, market: Exchange, origin: Omit<BarOrigin, 'id'>): Promise<string> {
  const id = originIdOf(origin.source, origin.sha256);
  try {
    await items.put({ ...keyOf(market, id), v: ORIGIN.v, body: { id, ...origin } }, { kind: 'absent' });
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error;
  }
  return id;
}

/** Where bars came from, by the id that they carry; undefined for an id of which nothing was kept. */
export async function loadOrigin(items: ItemTable, market: Exchange, id: string): Promise<BarOrigin | undefined> {
  return bodyOf(await items.get(keyOf(market, id)), ORIGIN);
}

/** The same bars, all of one origin. */
export const withOrigin = (table: BarTable, id: string): BarTable => ({
  ...table,
  provenance: { ids: [id], index: new Int32Array(table.symbolIndex.length) },
});
