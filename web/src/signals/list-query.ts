import type { FullSignal, Signal } from '@aion/contracts';
import { isChecked } from '@aion/contracts/readiness-words';

/** The tabs, the filters and the orders of the list. All of it lives in the address. */
export const TABS = ['today', 'waiting', 'ready', 'open', 'ended'] as const;
export type Tab = (typeof TABS)[number];
export const SORTS = ['rank', 'symbol', 'confidence', 'reward', 'published'] as const;
export type Sort = (typeof SORTS)[number];
export const SIDES = ['all', 'BUY', 'SELL'] as const;
export type SideFilter = (typeof SIDES)[number];
export const ORDERS = ['asc', 'desc'] as const;
export type Order = (typeof ORDERS)[number];

export interface ListQuery {
  readonly tab: Tab;
  readonly q: string;
  readonly side: SideFilter;
  readonly sort: Sort;
  readonly order: Order;
}

const ENDED: ReadonlySet<Signal['status']> = new Set([
  'MISSED',
  'EXPIRED',
  'TARGET',
  'STOPPED',
  'TIMED_OUT',
  'RECALLED',
] as const);

/** Whether a signal stands on a tab. Readiness concerns signals that are not entered yet. */
export function isOn(tab: Tab, signal: Signal): boolean {
  if (tab === 'today') return true;
  if (tab === 'open') return signal.status === 'ENTERED';
  if (tab === 'ended') return ENDED.has(signal.status);
  const wanted = tab === 'ready' ? 'READY_TO_ENTER' : 'WAIT';
  if (signal.access !== 'full' || signal.status !== 'ACTIVE' || signal.readiness === null) return false;
  return signal.readiness.state === wanted && isChecked(signal.readiness);
}

/** Active signals that the hourly run could not look at. */
export const countUnchecked = (signals: readonly Signal[]): number =>
  signals.filter(
    (signal) =>
      signal.access === 'full' &&
      signal.status === 'ACTIVE' &&
      signal.readiness !== null &&
      !isChecked(signal.readiness),
  ).length;

export function countTabs(signals: readonly Signal[]): Record<Tab, number> {
  const counts: Record<Tab, number> = { today: 0, waiting: 0, ready: 0, open: 0, ended: 0 };
  for (const signal of signals) for (const tab of TABS) if (isOn(tab, signal)) counts[tab] += 1;
  return counts;
}

/** The rows to show: on the tab, matching the search in symbol, name or sector, in the asked order, then by rank. */
export function selectSignals(signals: readonly Signal[], query: ListQuery): Signal[] {
  const words = query.q.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const rows = signals.filter((signal) => {
    if (!isOn(query.tab, signal) || (query.side !== 'all' && signal.side !== query.side)) return false;
    const text = `${signal.symbol} ${signal.name ?? ''} ${signal.sector ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const sign = query.order === 'asc' ? 1 : -1;
  return rows.sort((a, b) => compare(a, b, query.sort, sign) || a.rank - b.rank);
}

function compare(a: Signal, b: Signal, sort: Sort, sign: number): number {
  if (sort === 'symbol') return sign * (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0);
  const [x, y] = [sortValue(a, sort), sortValue(b, sort)];
  // Rows without a value stand last in both orders.
  if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
  return sign * (x - y);
}

function sortValue(signal: Signal, sort: Exclude<Sort, 'symbol'>): number | null {
  if (sort === 'rank') return signal.rank;
  if (sort === 'published') return Date.parse(signal.publishedAt);
  if (signal.access !== 'full') return null;
  return sort === 'confidence' ? signal.confidence : rewardRisk(signal);
}

export const rewardRisk = (signal: FullSignal): number | null => signal.plan?.rewardRiskRatio ?? null;
