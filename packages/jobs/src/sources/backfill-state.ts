import { type Exchange, bodyOf, type ItemTable, queryAll, type SessionDate, type StoredForm } from '@aion/core';
import { z } from 'zod';

/** What became of a day: `stored` its rows are in the lake (or in quarantine), `downloaded` its file is kept and waits to be imported. */
const DayState = z.strictObject({
  status: z.enum(['stored', 'downloaded', 'not_published', 'refused', 'failed']),
  /** Of the downloaded file. */
  sha256: z.string().nullable(),
  objectKey: z.string().nullable(),
  name: z.string().nullable(),
  url: z.string().nullable(),
  attempts: z.int(),
  why: z.string().nullable(),
  atMs: z.int(),
});
export type DayState = z.infer<typeof DayState>;
const DAY_STATE: StoredForm<DayState> = { what: 'state of a day of the backfill', v: 1, schema: DayState };

export const EMPTY_DAY: Omit<DayState, 'atMs' | 'status'> = {
  sha256: null,
  objectKey: null,
  name: null,
  url: null,
  attempts: 0,
  why: null,
};

const pk = (exchange: Exchange): string => `BACKFILL#${exchange}`;
const sk = (date: SessionDate): string => `DAY#${date}`;

/** The states of the days of a range; a day that was never asked for is not among them. */
export async function loadDays(
  items: ItemTable,
  exchange: Exchange,
  from: SessionDate,
  to: SessionDate,
): Promise<Map<SessionDate, DayState>> {
  const found = await queryAll(items, { table: 'product', pk: pk(exchange), from: sk(from), to: sk(to) }, 20_000);
  return new Map(found.map((item) => [item.sk.slice('DAY#'.length), bodyOf(item, DAY_STATE)]));
}

export async function saveDay(items: ItemTable, exchange: Exchange, date: SessionDate, state: DayState): Promise<void> {
  await items.put({ table: 'product', pk: pk(exchange), sk: sk(date), v: DAY_STATE.v, body: state });
}
