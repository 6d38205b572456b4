import { EpochMs, type Item, type SessionDate } from '@aion/core';
import { z } from 'zod';
import { Alert } from '../alerts/alert.ts';

/** An alert on the bus, with its place. Places of an exchange are 1, 2, 3 … without a hole. */
export const BusEvent = z.strictObject({ seq: z.int().positive(), publishedMs: EpochMs, alert: Alert });
export type BusEvent = z.infer<typeof BusEvent>;

/** Events that lie in one item; of one session. */
export const PAGE_EVENTS = 50;
const KEPT_DAYS = 400;

export const EventPage = z.strictObject({ events: z.array(BusEvent).min(1).max(PAGE_EVENTS) });
export const Head = z.strictObject({ nextSeq: z.int().positive() });
/** Ids of the alerts of a session that are on the bus. */
export const SessionIds = z.strictObject({ ids: z.array(z.string()) });

const padded = (seq: number): string => String(seq).padStart(12, '0');
export const partitionOf = (exchange: string): string => `EVENTS#${exchange}`;
export const pageSk = (firstSeq: number): string => `PAGE#${padded(firstSeq)}`;
export const headKey = (exchange: string) => ({ table: 'product', pk: partitionOf(exchange), sk: 'HEAD' }) as const;
export const idsKey = (exchange: string, sessionDate: SessionDate) =>
  ({ table: 'product', pk: partitionOf(exchange), sk: `IDS#${sessionDate}` }) as const;
export const cursorKey = (exchange: string, name: string) =>
  ({ table: 'product', pk: partitionOf(exchange), sk: `CURSOR#${name}` }) as const;
export const dayPartition = (exchange: string): string => `EVENTDAYS#${exchange}`;

/** When what belongs to a publication may be forgotten, in epoch seconds. */
export const expiryOf = (publishedMs: EpochMs): number => Math.floor(publishedMs / 1000) + KEPT_DAYS * 86_400;

export function pageItem(exchange: string, sessionDate: SessionDate, events: readonly BusEvent[]): Item {
  const [first] = events;
  return {
    table: 'product',
    pk: partitionOf(exchange),
    sk: pageSk(first!.seq),
    v: 1,
    body: { events },
    gsi1pk: dayPartition(exchange),
    gsi1sk: `${sessionDate}#${padded(first!.seq)}`,
    expiresAtS: expiryOf(first!.publishedMs),
  };
}
