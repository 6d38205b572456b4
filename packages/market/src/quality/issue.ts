import type { Severity } from '@aion/core';

/** Every kind of issue that the checks behind INGEST can raise, with its weight and its words. */
export const ISSUES = {
  // one daily series
  not_a_number: { severity: 'error', title: 'A value is no finite positive number' },
  ohlc_order: { severity: 'error', title: 'High or low does not bound open and close' },
  out_of_order: { severity: 'error', title: 'Bars are not in the order of their days, or stand twice' },
  unexplained_jump: { severity: 'error', title: 'Price jump that no corporate action explains' },
  jump_over_gap: {
    severity: 'error',
    title: 'Price jump over a stretch without bars, with no action that explains it',
  },
  bad_print: { severity: 'error', title: 'Price that is far off for one session and comes back' },
  possible_action: { severity: 'warning', title: 'Move in the ratio of a split or bonus, without an action' },
  price_spike: { severity: 'warning', title: 'Price that leaves for one session and comes back' },
  copied_bar: { severity: 'warning', title: 'Bar that repeats the session before' },
  missing_bars: { severity: 'warning', title: 'Sessions without a bar' },
  suspension: { severity: 'info', title: 'Long stretch without trading' },
  no_trades: { severity: 'info', title: 'Unchanged price without volume for ten sessions or more' },
  stale_series: { severity: 'warning', title: 'Newest sessions missing' },
  ended_series: { severity: 'info', title: 'Series that ended: delisted, merged or renamed' },
  off_tick: { severity: 'info', title: 'Prices off the tick: adjusted values, not traded ones' },
  zero_volume: { severity: 'info', title: 'Bars without volume' },
  // the market on a day
  missing_session: { severity: 'error', title: 'Session of the calendar without any bar' },
  thin_session: { severity: 'warning', title: 'Session with bars of few symbols' },
  copied_session: { severity: 'error', title: 'Session that repeats the one before' },
  closed_day: { severity: 'error', title: 'Bars on a day on which the exchange was closed' },
  // actions and names
  refuted_action: { severity: 'warning', title: 'Corporate action that the prices contradict' },
  action_disagreement: { severity: 'warning', title: 'Corporate action with other values in two sources' },
  restated_dividends: { severity: 'info', title: 'Dividends in shares of a later day' },
  uncertain_action: { severity: 'info', title: 'Corporate action without a ratio: a factor inferred from prices' },
  symbol_change: { severity: 'info', title: 'Share that trades under another symbol since' },
  joined_twice: { severity: 'warning', title: 'Change of symbol that the bars contradict' },
  survivorship: { severity: 'info', title: 'Only names that still exist: results look better than they were' },
  membership_today: { severity: 'info', title: 'List of members as of one day: no membership before it is known' },
  // two sources
  source_disagreement: { severity: 'warning', title: 'Two sources give different closes' },
  source_scale: { severity: 'error', title: 'A source is off by one factor throughout' },
  source_shift: { severity: 'error', title: 'A source is off by one session throughout' },
  source_basis: { severity: 'info', title: 'Stretch in which two sources stand on different adjustments' },
  // intraday
  end_stamped: { severity: 'warning', title: 'Bars stamped at their end' },
  shifted_clock: { severity: 'error', title: 'Bars of another time zone' },
  late_first_bar: { severity: 'warning', title: 'Sessions whose first bars are missing' },
  short_coverage: { severity: 'info', title: 'Instruments with a part of the sessions only' },
  missing_minutes: { severity: 'info', title: 'Minutes without a bar inside sessions' },
  minute_daily_mismatch: { severity: 'warning', title: 'Minutes that do not add up to the daily bar' },
  // before features
  short_history: { severity: 'error', title: 'Too little history' },
  nan_share: { severity: 'error', title: 'Missing values inside the window' },
  illiquid_window: { severity: 'error', title: 'Hardly traded inside the window' },
} as const satisfies Readonly<Record<string, { severity: Severity; title: string }>>;

export type IssueCode = keyof typeof ISSUES;

/** One finding, with the values that it rests on. Days are days since 1970 in exchange time. */
export interface QualityIssue {
  readonly code: IssueCode;
  readonly symbol?: string;
  readonly day?: number;
  /** Last day of a stretch. */
  readonly toDay?: number;
  readonly message: string;
  readonly values?: Readonly<Record<string, number | string>>;
}

/**
 * How heavy a finding is. An `error` inside the window holds its symbol back from a run; `warning` and `info` only tell people.
 *
 * @example severityOf('unexplained_jump') // 'error'
 */
export const severityOf = (code: IssueCode): Severity => ISSUES[code].severity;

/** Findings about values that no decision can mend: the bar has to be corrected. */
const NEVER_ACCEPTED: ReadonlySet<string> = new Set([
  'not_a_number',
  'ohlc_order',
  'out_of_order',
  'copied_session',
  'closed_day',
  'missing_session',
  'nan_share',
]);

/** Whether a person may say of such a finding that it is in order. */
export const isAcceptable = (code: string): boolean => Object.hasOwn(ISSUES, code) && !NEVER_ACCEPTED.has(code);

/** How often each code was raised, the heaviest first. */
export function countByCode(issues: readonly QualityIssue[]): Partial<Record<IssueCode, number>> {
  const counts = new Map<IssueCode, number>();
  for (const { code } of issues) counts.set(code, (counts.get(code) ?? 0) + 1);
  const weight: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };
  return Object.fromEntries(
    [...counts].sort(([a, x], [b, y]) => weight[severityOf(a)] - weight[severityOf(b)] || y - x || (a < b ? -1 : 1)),
  );
}
