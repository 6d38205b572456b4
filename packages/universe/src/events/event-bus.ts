import {
  type Exchange,
  AppError,
  bodyOf,
  changeItem,
  errorMessage,
  hashOf,
  MAX_TRANSACTION_WRITES,
  shortId,
  type Clock,
  type Item,
  type ItemChange,
  type ItemTable,
  type KeyRange,
  type SessionDate,
  type StoredItem,
  type Telemetry,
  type Write,
  unchangedSince,
} from '@aion/core';
import type { Alert, AlertType } from '../alerts/alert.ts';
import {
  dayPartition,
  EVENT_PAGE,
  expiryOf,
  HEAD,
  headKey,
  idsKey,
  PAGE_EVENTS,
  pageItem,
  pageSk,
  partitionOf,
  SESSION_ALERTS,
  type BusEvent,
} from './event-page.ts';

export type EventHandler = (event: BusEvent) => Promise<void>;

export interface Published {
  readonly appended: readonly BusEvent[];
  /** Alerts that were on the bus already as they are, and those that stood twice among these. */
  readonly duplicates: number;
  /** Handlers that failed, each with its event: the others were called all the same. */
  readonly failures: readonly { readonly handler: string; readonly seq: number; readonly message: string }[];
}

/** Alerts of one exchange as events in one order, kept in the item table. */
export interface EventBus {
  readonly exchange: Exchange;
  /**
   * Appends alerts, each once however often it is published, and hands the new ones to this process's subscribers. One that is on the bus
   * with other figures is appended as its revision: the event says which it supersedes.
   */
  publish(alerts: readonly Alert[]): Promise<Published>;
  /** Returns what ends the subscription. */
  subscribe(name: string, type: AlertType | '*', handler: EventHandler): () => void;
  /** Events of sessions from `from` to `to`, both included, in order: of each alert the newest, or all with `superseded`. */
  history(range: {
    readonly from: SessionDate;
    readonly to: SessionDate;
    readonly type?: AlertType;
    readonly superseded?: boolean;
  }): Promise<BusEvent[]>;
  /** Hands every event from a place on to a handler, in order; returns the place behind the last. A failure stops it. */
  replay(fromSeq: number, handler: EventHandler): Promise<number>;
}

const MAX_PAGES = 10_000;
/** One transaction: its pages beside the head and the sessions' ids. */
const MAX_BATCH_PAGES = MAX_TRANSACTION_WRITES - 10;
const BATCH_SESSIONS = 8;

/**
 * The bus of one exchange over the item table. Subscribers live in this process; a handler that fails is logged and stops neither the other
 * handlers nor the publication.
 *
 * @example const { appended } = await makeEventBus({ items, clock, telemetry }, 'NSE').publish(alerts);
 */
export function makeEventBus(
  ports: { readonly items: ItemTable; readonly clock: Clock; readonly telemetry: Telemetry },
  exchange: Exchange,
): EventBus {
  const { items, clock, telemetry } = ports;
  const subscribers = new Set<{ name: string; type: AlertType | '*'; handler: EventHandler }>();

  const deliver = async (events: readonly BusEvent[]): Promise<Published['failures']> => {
    const failures: { handler: string; seq: number; message: string }[] = [];
    for (const event of events) {
      for (const { name, type, handler } of subscribers) {
        if (type !== '*' && type !== event.alert.type) continue;
        try {
          await handler(event);
        } catch (error) {
          const message = errorMessage(error);
          failures.push({ handler: name, seq: event.seq, message });
          telemetry.log('error', 'a subscriber of the event bus failed', {
            exchange,
            handler: name,
            seq: event.seq,
            error: message,
          });
        }
      }
    }
    return failures;
  };

  return {
    exchange,
    async publish(alerts) {
      const appended: BusEvent[] = [];
      for (const batch of batchesOf(alerts)) appended.push(...(await append(items, clock, exchange, batch)));
      return { appended, duplicates: alerts.length - appended.length, failures: await deliver(appended) };
    },
    subscribe(name, type, handler) {
      const entry = { name, type, handler };
      subscribers.add(entry);
      return () => void subscribers.delete(entry);
    },
    async history({ from, to, type, superseded = false }) {
      const range = { table: 'product', index: 'gsi1', pk: dayPartition(exchange), from, to: `${to}#~` } as const;
      const events: BusEvent[] = [];
      for await (const page of pagesOf(items, range)) events.push(...page);
      const wanted = type === undefined ? events : events.filter(({ alert }) => alert.type === type);
      return (superseded ? wanted : newestOf(wanted)).sort((a, b) => a.seq - b.seq);
    },
    async replay(fromSeq, handler) {
      // The page that holds a place begins at most a page before it.
      const from = pageSk(Math.max(1, fromSeq - PAGE_EVENTS + 1));
      let next = fromSeq;
      for await (const page of pagesOf(items, { table: 'product', pk: partitionOf(exchange), from, to: 'PAGE#~' })) {
        for (const event of page) {
          if (event.seq < fromSeq) continue;
          await handler(event);
          next = event.seq + 1;
        }
      }
      return next;
    },
  };
}

async function* pagesOf(items: ItemTable, range: KeyRange): AsyncGenerator<BusEvent[]> {
  let after: string | undefined;
  for (let count = 0; count < MAX_PAGES; count++) {
    const found = await items.query(range, after === undefined ? { limit: 20 } : { limit: 20, after });
    for (const item of found.items) yield bodyOf(item, EVENT_PAGE).events;
    after = found.next;
    if (after === undefined) return;
  }
  throw new AppError('too_large', `more events than can be read at once; ask for fewer sessions or a later place`);
}

/** Alerts in parts that one transaction takes. */
function batchesOf(alerts: readonly Alert[]): Alert[][] {
  const sorted = [...alerts].sort((a, b) =>
    a.sessionDate < b.sessionDate ? -1 : a.sessionDate > b.sessionDate ? 1 : 0,
  );
  const batches: Alert[][] = [];
  let sessions = new Set<string>();
  for (const alert of sorted) {
    const open = batches.at(-1);
    const full = open === undefined || open.length >= (MAX_BATCH_PAGES - BATCH_SESSIONS) * PAGE_EVENTS;
    if (full || (sessions.size === BATCH_SESSIONS && !sessions.has(alert.sessionDate))) {
      batches.push([alert]);
      sessions = new Set([alert.sessionDate]);
    } else {
      open.push(alert);
      sessions.add(alert.sessionDate);
    }
  }
  return batches;
}

/** Events that no other of these supersedes. */
export function newestOf(events: readonly BusEvent[]): BusEvent[] {
  const gone = new Set(events.map(({ supersedes }) => supersedes));
  return events.filter(({ seq }) => !gone.has(seq));
}

/** Appends what is not there yet as it is, in one transaction with the head: of two who publish at once one tries again. */
async function append(
  items: ItemTable,
  clock: Clock,
  exchange: Exchange,
  alerts: readonly Alert[],
): Promise<BusEvent[]> {
  const sessions = [...new Set(alerts.map(({ sessionDate }) => sessionDate))].sort();
  const extend = async (head: StoredItem | undefined): Promise<ItemChange<BusEvent[]>> => {
    const publishedMs = clock.nowMs();
    let nextSeq = bodyOf(head, HEAD)?.nextSeq ?? 1;
    const events: BusEvent[] = [];
    const writes: Write[] = [];
    for (const sessionDate of sessions) {
      const held = await items.get(idsKey(exchange, sessionDate));
      const newest = new Map(Object.entries(bodyOf(held, SESSION_ALERTS)?.newest ?? {}));
      const fresh: BusEvent[] = [];
      for (const alert of alerts) {
        if (alert.sessionDate !== sessionDate) continue;
        const before = newest.get(alert.id);
        const content = shortId(hashOf(alert), 12);
        if (before?.[1] === content) continue;
        const event = { seq: nextSeq++, publishedMs, alert };
        fresh.push(before === undefined ? event : { ...event, supersedes: before[0] });
        newest.set(alert.id, [event.seq, content]);
      }
      if (fresh.length === 0) continue;
      for (let at = 0; at < fresh.length; at += PAGE_EVENTS) {
        const item = pageItem(exchange, sessionDate, fresh.slice(at, at + PAGE_EVENTS));
        writes.push({ kind: 'put', item, when: { kind: 'absent' } });
      }
      const known = { newest: Object.fromEntries(newest) };
      writes.push(
        putOver(held, {
          ...idsKey(exchange, sessionDate),
          v: SESSION_ALERTS.v,
          body: known,
          expiresAtS: expiryOf(publishedMs),
        }),
      );
      events.push(...fresh);
    }
    if (events.length === 0) return { result: [] };
    return { item: { v: HEAD.v, body: { nextSeq } }, also: writes, result: events };
  };
  return changeItem(items, headKey(exchange), extend, { what: `the events of ${exchange}`, advice: 'publish again' });
}

/** A write that fails when another wrote since the item was read. */
function putOver(found: StoredItem | undefined, item: Item): Write {
  return { kind: 'put', item, when: unchangedSince(found) };
}
