import {
  listQuarantine,
  loadAccepted,
  loadActions,
  loadCalendar,
  loadIdentity,
  loadInstruments,
  newestFullSessionOf,
  POINTED,
  readDaily,
  readIntraday,
  readManifest,
  type LakePorts,
  type SessionChoice,
} from '@aion/market';
import { measuresOf, readRecords } from '@aion/market/records';
import { bodyOf, queryAll, type StoredItem, type Exchange } from '@aion/core';
import type { MarketReader, ReasonTally } from '../ports.ts';

const QUARANTINE_PAGES = 200;
const MAX_FLAG_LISTS = 50;

/**
 * The MarketReader over the lake. Each call reads the newest manifest, so one run should keep what it read.
 *
 * @example const daily = await makeLakeReader({ items, objects, codec }, 'NSE', false).daily(toEpochDay('2026-02-27'));
 */
export function makeLakeReader(ports: LakePorts, exchange: Exchange, simulated: boolean): MarketReader {
  return {
    exchange,
    simulated,
    calendar: loadCalendar(exchange),
    daily: async (toDay) => [
      ...(await readDaily(ports, await readManifest(ports, exchange, 'daily'), { toDay, archived: 'read' })).values(),
    ],
    index: async (toDay) => [
      ...(await readDaily(ports, await readManifest(ports, exchange, 'index'), { toDay, archived: 'read' })).values(),
    ],
    hourly: async (fromDay, toDay) => [
      ...(
        await readIntraday(ports, await readManifest(ports, exchange, 'hourly'), { fromDay, toDay, archived: 'read' })
      ).values(),
    ],
    actions: () => loadActions(ports, exchange),
    instruments: async () =>
      new Map((await loadInstruments(ports, exchange)).map((instrument) => [instrument.symbol, instrument])),
    measures: async (inForceMs, knownMs) =>
      measuresOf(
        await readRecords(ports, { kind: 'flag', asOfMs: knownMs }),
        exchange,
        loadCalendar(exchange),
        inForceMs,
      ),
    identity: () => loadIdentity(ports, exchange),
    accepted: () => loadAccepted(ports, exchange),
    quarantined: () => tallyQuarantine(ports, exchange),
  };
}

async function tallyQuarantine(ports: LakePorts, exchange: Exchange): Promise<ReasonTally[]> {
  const counts = new Map<string, number>();
  let after: string | undefined;
  for (let page = 0; page < QUARANTINE_PAGES; page++) {
    const found = await listQuarantine(ports, exchange, after === undefined ? { limit: 200 } : { limit: 200, after });
    for (const entry of found.entries) {
      for (const [code, count] of Object.entries(entry.byCode)) counts.set(code, (counts.get(code) ?? 0) + count);
    }
    after = found.next;
    if (after === undefined) break;
  }
  return [...counts]
    .map(([reason, count]) => ({ reason, title: titleOf(reason), count }))
    .sort((a, b) => b.count - a.count);
}

const DEFECT_TITLES: Readonly<Record<string, string>> = {
  columns: 'Wrong number of columns',
  symbol: 'Unreadable symbol',
  date: 'Unreadable date',
  number: 'Not a number',
  price_range: 'Impossible price',
  volume_range: 'Impossible volume',
  ohlc_order: 'High or low out of order',
  future_date: 'Date in the future',
  no_session: 'The exchange was closed',
  forward_filled: 'A closed day filled with the session before',
  action: 'Unknown corporate action',
  conflict: 'Another bar is stored',
};

/** A code as words: `duplicate_conflict` → `Duplicate conflict`. */
export function titleOf(code: string): string {
  const known = DEFECT_TITLES[code];
  if (known !== undefined) return known;
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One value that changes whenever anything that a run reads was imported. */
export async function lakeVersionOf(ports: LakePorts, exchange: Exchange): Promise<string> {
  const [daily, hourly, index] = await Promise.all(
    (['daily', 'hourly', 'index'] as const).map((series) => readManifest(ports, exchange, series)),
  );
  const extras: (StoredItem | undefined)[] = await Promise.all(
    ['ACTIONS', 'INSTRUMENTS', 'IDENTITY', 'ACCEPTED'].map((sk) =>
      ports.items.get({ table: 'product', pk: `LAKE#${exchange}`, sk }),
    ),
  );
  const flags = await queryAll(ports.items, { table: 'product', pk: 'RECORDS#flag' }, MAX_FLAG_LISTS);
  extras.push(...flags);
  return [daily!.hash, hourly!.hash, index!.hash, ...extras.map((item) => bodyOf(item, POINTED)?.key ?? '')].join(' ');
}

/**
 * The newest session on which at least nine tenths of the usual number of symbols traded; undefined while the lake is empty.
 *
 * @example (await newestFullSession({ items }, 'NSE'))?.sessionDate // '2026-02-27'
 */
export async function newestFullSession(
  ports: Pick<LakePorts, 'items'>,
  exchange: Exchange,
): Promise<SessionChoice | undefined> {
  return newestFullSessionOf(await readManifest(ports, exchange, 'daily'));
}
