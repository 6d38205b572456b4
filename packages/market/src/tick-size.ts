import type { SessionDate } from '@aion/core';

/** From a session on: the tick by the price that it is judged by, and of units of funds. Minor units, prices in major ones. */
interface TickRule {
  readonly from: SessionDate;
  /** The first band whose `upTo` is not below the price counts; the last has none. */
  readonly bands: readonly { readonly upTo?: number; readonly below?: number; readonly tickMinor: number }[];
  readonly fundTickMinor: number;
  readonly source: string;
}

const NSE: readonly TickRule[] = [
  { from: '1994-11-03', bands: [{ tickMinor: 5 }], fundTickMinor: 5, source: 'five paise for every share' },
  {
    from: '2024-06-10',
    bands: [{ below: 250, tickMinor: 1 }, { tickMinor: 5 }],
    fundTickMinor: 1,
    source: 'NSE circular of 24 May 2024 on tick sizes of the capital market segment: one paisa below 250 rupees',
  },
  {
    from: '2025-04-15',
    bands: [
      { below: 250, tickMinor: 1 },
      { upTo: 1_000, tickMinor: 5 },
      { upTo: 5_000, tickMinor: 10 },
      { upTo: 10_000, tickMinor: 50 },
      { upTo: 20_000, tickMinor: 100 },
      { tickMinor: 500 },
    ],
    fundTickMinor: 1,
    source: 'NSE circular of 2025 on tick sizes by price, in force from 15 April 2025; units of funds keep one paisa',
  },
];

const US: readonly TickRule[] = [
  { from: '2001-04-09', bands: [{ tickMinor: 1 }], fundTickMinor: 1, source: 'decimal pricing, one cent' },
];

const RULES = { NSE, US } as const;

/**
 * The tick of an instrument on a session, in minor units. NSE judges a share by its close at the end of the month before:
 * `referencePrice`, in the shares of the session. Units of funds (`isFund`) have a tick of their own.
 *
 * @example tickMinorOf('NSE', '2025-05-02', 1_340.5) // 10: ten paise
 */
export function tickMinorOf(
  exchange: keyof typeof RULES,
  sessionDate: SessionDate,
  referencePrice: number,
  isFund = false,
): number {
  const rule = RULES[exchange].findLast(({ from }) => from <= sessionDate) ?? RULES[exchange][0]!;
  if (isFund) return rule.fundTickMinor;
  const band = rule.bands.find(
    ({ upTo = Number.POSITIVE_INFINITY, below = Number.POSITIVE_INFINITY }) =>
      referencePrice <= upTo && referencePrice < below,
  );
  return (band ?? rule.bands.at(-1)!).tickMinor;
}

/** What is known of a share at the close of a session that its tick can be judged by. */
export interface TickFacts {
  readonly sessionDate: SessionDate;
  /** Close at the end of the month before the session's. */
  readonly monthClose: number;
  readonly close: number;
  readonly isFund?: boolean;
}

/**
 * The tick at which prices can be placed on every session from `from` to `to`, both behind the one at hand: the rule of their days counts and not
 * that of the day on which the prices are made, and behind the end of its month the newest close judges. Every tick is a whole number of
 * each smaller one, so the largest fits all of them.
 *
 * @example tickMinorAhead('NSE', { sessionDate: '2025-04-11', monthClose: 6_000, close: 6_000 }, '2025-04-15', '2025-04-22') // 50
 */
export function tickMinorAhead(
  exchange: keyof typeof RULES,
  { sessionDate, monthClose, close, isFund = false }: TickFacts,
  from: SessionDate,
  to: SessionDate,
): number {
  const month = sessionDate.slice(0, 7);
  const onDay = (date: SessionDate): number =>
    tickMinorOf(exchange, date, date.slice(0, 7) === month ? monthClose : close, isFund);
  return Math.max(onDay(from), onDay(to));
}
