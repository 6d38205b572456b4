import { lowerBound } from '@aion/core';
import {
  type ActionProposal,
  adjustDaily,
  checkActions,
  type CorporateAction,
  type RefutedAction,
  proposeActions,
} from '../actions/index.ts';
import type { DailyBars } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import { absentDaysOf, checkDays, countDays } from './check-market.ts';
import { checkSeries, checkTick } from './check-series.ts';
import { type QualityIssue, severityOf } from './issue.ts';
import { type DayScore, type SymbolScore, scoreDay, scoreSymbol } from './score.ts';
import { sessionRanks } from './session-ranks.ts';

/** A finding that a person looked at and found in order: it holds nothing back any more. */
export interface AcceptedIssue {
  readonly code: string;
  readonly symbol: string;
  readonly day: number;
  /** What the finding said when it was accepted: with other values it is another finding. */
  readonly message?: string;
}

export interface AuditOptions {
  readonly calendar: ExchangeCalendar;
  /** Corporate actions known at the time, by symbol. */
  readonly actions?: ReadonlyMap<string, readonly CorporateAction[]>;
  /** Actions that were left out of `actions` before, since the prices contradict them. */
  readonly refuted?: readonly RefutedAction[];
  readonly accepted?: readonly AcceptedIssue[];
  /** Nothing of a later day is looked at. */
  readonly asOfDay?: number;
  readonly isIndex?: boolean;
  /** Sessions that the scores look back on. */
  readonly scoreSessions?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface DailyAudit {
  readonly issues: readonly QualityIssue[];
  readonly symbols: readonly SymbolScore[];
  readonly days: readonly DayScore[];
  /** Actions that unexplained jumps look like, for a person to confirm. */
  readonly proposals: readonly ActionProposal[];
  readonly metrics: {
    readonly series: number;
    readonly bars: number;
    readonly firstDay: number | null;
    readonly lastDay: number | null;
    /** Raw one-day moves as large as a split that an action explains. */
    readonly explainedJumps: number;
    readonly unexplainedJumps: number;
    readonly meanScore: number;
  };
}

const SCORE_SESSIONS = 250;

/**
 * POST_ETL of a market's raw daily bars: every series by itself, adjusted with the actions known, and the market by the day. Pure;
 * the same bars and actions give the same findings in the same order.
 *
 * @example
 * const { issues } = auditDaily(series, { calendar: loadCalendar('NSE'), actions: actionsBySymbol(actions) });
 * const errors = issues.filter(({ code }) => severityOf(code) === 'error');
 */
export function auditDaily(series: readonly DailyBars[], options: AuditOptions): DailyAudit {
  const { calendar, actions, asOfDay = calendar.lastDay, scoreSessions = SCORE_SESSIONS } = options;
  const sorted = [...series].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  const counts = countDays(sorted, calendar).filter(({ day }) => day <= asOfDay);
  const absentDays = absentDaysOf(counts);
  const marketLastDay = counts.findLast(({ symbols }) => symbols > 0)?.day ?? 0;
  const scoreFrom = sessionBefore(calendar, marketLastDay, scoreSessions);
  const accepted = new Map(options.accepted?.map((one) => [`${one.code} ${one.symbol} ${one.day}`, one.message]));
  const isAccepted = ({ code, symbol, day, message }: QualityIssue): boolean => {
    const key = `${code} ${symbol} ${day}`;
    const said = accepted.get(key);
    // The share may have another name by now.
    const plain = (text: string): string => text.slice(text.indexOf(': ') + 2);
    return accepted.has(key) && (said === undefined || plain(said) === plain(message));
  };
  const context = {
    calendar,
    marketLastDay,
    absentDays,
    ...(options.isIndex === undefined ? {} : { isIndex: options.isIndex }),
  };

  const leftOut = Map.groupBy(options.refuted ?? [], ({ action }) => action.symbol);
  const issues: QualityIssue[] = checkDays(counts, calendar);
  const symbols: SymbolScore[] = [];
  const proposals: ActionProposal[] = [];
  let explainedJumps = 0;
  let bars = 0;
  sorted.forEach((raw, index) => {
    const checked = checkActions(raw, actions?.get(raw.symbol) ?? [], calendar);
    const contradicted = [...(leftOut.get(raw.symbol) ?? []), ...checked.refuted];
    const refuted = contradicted.map(({ action, message }): QualityIssue => ({
      code: 'refuted_action',
      symbol: raw.symbol,
      day: action.exDay,
      message,
    }));
    const adjusted = adjustDaily(raw, checked.actions, asOfDay);
    const published = options.isIndex === true ? [] : checkTick(raw, calendar.exchange);
    const found = [...checkSeries(adjusted, context), ...published, ...refuted].filter((issue) => !isAccepted(issue));
    if (adjusted !== raw) explainedJumps += countJumps(raw) - countJumps(adjusted);
    proposals.push(...proposeActions(adjusted, found));
    issues.push(...found);
    const recent = raw.sessionDay.length - lowerBound(raw.sessionDay, scoreFrom);
    symbols.push(scoreSymbol(raw.symbol, recent, found, scoreFrom));
    bars += raw.close.length;
    if (index % 100 === 0) options.onProgress?.(index, sorted.length);
  });

  const errorsOfDay = new Map<number, number>();
  const broken = new Set<number>();
  for (const { code, day, symbol } of issues) {
    if (day === undefined || severityOf(code) !== 'error') continue;
    if (symbol === undefined) broken.add(day);
    else errorsOfDay.set(day, (errorsOfDay.get(day) ?? 0) + 1);
  }
  return {
    issues,
    symbols,
    proposals,
    days: counts.map((count) => scoreDay(count, errorsOfDay.get(count.day) ?? 0, broken.has(count.day))),
    metrics: {
      series: sorted.length,
      bars,
      firstDay: counts[0]?.day ?? null,
      lastDay: marketLastDay === 0 ? null : marketLastDay,
      explainedJumps,
      unexplainedJumps: issues.filter(({ code }) => code === 'unexplained_jump').length,
      meanScore:
        symbols.length === 0
          ? 0
          : Math.round((10 * symbols.reduce((sum, { score }) => sum + score, 0)) / symbols.length) / 10,
    },
  };
}

/** Moves between neighbouring bars that are as large as those of a 2:1 split. */
function countJumps({ close, sessionDay }: DailyBars): number {
  let count = 0;
  for (let i = 1; i < close.length; i++) {
    const ratio = close[i]! / close[i - 1]!;
    if ((ratio < 0.62 || ratio > 1.9) && sessionDay[i]! - sessionDay[i - 1]! <= 10) count++;
  }
  return count;
}

function sessionBefore(calendar: ExchangeCalendar, day: number, sessions: number): number {
  const ranks = sessionRanks(calendar);
  const rank = ranks[Math.max(0, day - calendar.firstDay)] ?? 0;
  return calendar.sessionDays[Math.max(0, rank - sessions)] ?? calendar.firstDay;
}
