import { type Exchange, EpochMs, type Item, type SessionDate, type StoredForm } from '@aion/core';
import { z } from 'zod';
import { Alert } from '../alerts/alert.ts';

/** An alert on the bus, with its place. Places of an exchange are 1, 2, 3 … without a hole. */
export const BusEvent = z.strictObject({
  seq: z.int().positive(),
  publishedMs: EpochMs,
  alert: Alert,
  /** Place of the event of the same alert with other figures, whose place this one takes. */
  supersedes: z.int().positive().optional(),
});
export type BusEvent = z.infer<typeof BusEvent>;

/** Events that lie in one item; of one session. */
export const PAGE_EVENTS = 50;
const KEPT_DAYS = 400;

const EventPage = z.strictObject({ events: z.array(BusEvent).min(1).max(PAGE_EVENTS) });
const Head = z.strictObject({ nextSeq: z.int().positive() });
/** By id the newest event of every alert of a session: its place and the hash of the alert, kept short, since an item has its limit. */
const SessionAlerts = z.union([
  z.strictObject({ newest: z.record(z.string(), z.tuple([z.int().positive(), z.string()])) }),
  // Lists of when an id followed from the whole content: none of them can come again.
  z
    .strictObject({ ids: z.array(z.string()) })
    .transform((): { newest: Record<string, [number, string]> } => ({ newest: {} })),
]);
export const EVENT_PAGE: StoredForm<z.infer<typeof EventPage>> = { what: 'page of events', v: 1, schema: EventPage };
export const HEAD: StoredForm<z.infer<typeof Head>> = { what: 'head of the events', v: 1, schema: Head };
export const SESSION_ALERTS: StoredForm<z.infer<typeof SessionAlerts>> = {
  what: "list of a session's alerts",
  v: 1,
  schema: SessionAlerts,
};

const padded = (seq: number): string => String(seq).padStart(12, '0');
export const partitionOf = (exchange: Exchange): string => `EVENTS#${exchange}`;
export const pageSk = (firstSeq: number): string => `PAGE#${padded(firstSeq)}`;
export const headKey = (exchange: Exchange) => ({ table: 'product', pk: partitionOf(exchange), sk: 'HEAD' }) as const;
export const idsKey = (exchange: Exchange, sessionDate: SessionDate) =>
  ({ table: 'product', pk: partitionOf(exchange), sk: `IDS#${sessionDate}` }) as const;
export const cursorKey = (exchange: Exchange, name: string) =>
  ({ table: 'product', pk: partitionOf(exchange), sk: `CURSOR#${name}` }) as const;
export const dayPartition = (exchange: Exchange): string => `EVENTDAYS#${exchange}`;

/** When what belongs to a publication may be forgotten, in epoch seconds. */
export const expiryOf = (publishedMs: EpochMs): number => Math.floor(publishedMs / 1000) + KEPT_DAYS * 86_400;

export function pageItem(exchange: Exchange, sessionDate: SessionDate, events: readonly BusEvent[]): Item {
  const [first] = events;
  return {
    table: 'product',
    pk: partitionOf(exchange),
    sk: pageSk(first!.seq),
    v: EVENT_PAGE.v,
    body: { events },
    gsi1pk: dayPartition(exchange),
    gsi1sk: `${sessionDate}#${padded(first!.seq)}`,
    expiresAtS: expiryOf(first!.publishedMs),
  };
}
