import { type Exchange, type ItemTable, type ObjectStore, type StoredItem, bodyOf, changeItem } from '@aion/core';
import { z } from 'zod';
import { POINTED, readJsonObject, type PointedForm } from '../pointed-object.ts';
import type { SymbolObservation } from '../parse/symbol-observer.ts';
import { addObservations } from './observations.ts';
import { Rename } from './rename.ts';

const SymbolIdentity = z.strictObject({
  firstDay: z.int(),
  prevClose: z.number().nullable(),
  isins: z.array(z.tuple([z.string(), z.int()])),
});
const RenameDecision = z.strictObject({
  ...Rename.shape,
  decision: z.enum(['confirmed', 'rejected']),
  by: z.string(),
  why: z.string().max(500),
  decidedMs: z.int(),
});
export type RenameDecision = z.infer<typeof RenameDecision>;
const IdentityMaster = z.strictObject({
  symbols: z.record(z.string(), SymbolIdentity),
  /** What people decided about changes of symbol, oldest first; the newest of a pair counts. */
  decisions: z.array(RenameDecision),
});
/** Who each symbol is: the first row seen of it, the ISINs it carried, and what people decided about changes of names. */
export type IdentityMaster = z.infer<typeof IdentityMaster>;

const IDENTITY: PointedForm<IdentityMaster> = {
  what: 'identities',
  v: 1,
  schema: IdentityMaster,
  advice: 'restore a backup: what people decided about names is nowhere else',
};

type Ports = { readonly items: ItemTable; readonly objects: ObjectStore };

const identityKey = (market: Exchange) => ({ table: 'product', pk: `LAKE#${market}`, sk: 'IDENTITY' }) as const;

/**
 * What is known of each symbol's identity, as files and people told it so far; empty before the first import.
 *
 * @example const { symbols } = await loadIdentity({ items, objects }, 'NSE'); symbols['INFY']?.isins.at(-1); // the newest, with its day
 */
export async function loadIdentity(ports: Ports, market: Exchange): Promise<IdentityMaster> {
  return readMaster(ports, await ports.items.get(identityKey(market)));
}

async function readMaster(ports: Ports, item: StoredItem | undefined): Promise<IdentityMaster> {
  if (item === undefined) return { symbols: {}, decisions: [] };
  return readJsonObject(ports.objects, item, IDENTITY);
}

/** Adds what files say: the earliest row of each symbol wins, ISINs are collected. Doing it again changes nothing. */
export async function saveObservations(
  ports: Ports,
  market: Exchange,
  observations: readonly SymbolObservation[],
): Promise<void> {
  if (observations.length === 0) return;
  await update(ports, market, (before) => {
    const all = new Map(Object.entries(before.symbols).map(([symbol, known]) => [symbol, { symbol, ...known }]));
    addObservations(all, observations);
    const symbols = Object.fromEntries(
      [...all].map(([symbol, { firstDay, prevClose, isins }]) => [symbol, { firstDay, prevClose, isins }]),
    );
    return { ...before, symbols };
  });
}

/** Writes down that two symbols are, or are not, one share. */
export async function saveRenameDecision(ports: Ports, market: Exchange, decision: RenameDecision): Promise<void> {
  // What readers would refuse is not written: the file of identities is one, and a single entry would close all of it.
  const decided = RenameDecision.parse(decision);
  await update(ports, market, (before) => ({ ...before, decisions: [...before.decisions, decided] }));
}

async function update(
  ports: Ports,
  market: Exchange,
  change: (before: IdentityMaster) => IdentityMaster,
): Promise<void> {
  await changeItem(
    ports.items,
    identityKey(market),
    async (item) => {
      const after = change(await readMaster(ports, item));
      const sorted = Object.fromEntries(Object.entries(after.symbols).sort(([a], [b]) => (a < b ? -1 : 1)));
      const text = JSON.stringify({ symbols: sorted, decisions: after.decisions });
      const { key } = await ports.objects.put(`lake/${market}/identity`, new TextEncoder().encode(text), '.json');
      const same = item !== undefined && bodyOf(item, POINTED).key === key;
      return { ...(!same && { item: { v: IDENTITY.v, body: { key } } }), result: undefined };
    },
    { what: `the identities of ${market}` },
  );
}
