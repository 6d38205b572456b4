import { AppError, fromEpochDay, toEpochDay, type SessionDate } from '@aion/core';
import {
  auditDaily,
  ISSUES,
  makeQualityReport,
  saveQualityReport,
  severityOf,
  type ExchangeCalendar,
  type IssueCode,
  type QualityIssue,
} from '@aion/market';
import { loadPanel, type Panel } from '../market/panel.ts';
import type { Stage } from '../runner/stage.ts';

/** Sessions before the run's whose errors hold a symbol back: what the models and the plan look at. */
const WINDOW_SESSIONS = 260;

export interface HeldBack {
  readonly symbol: string;
  readonly reason: IssueCode;
  readonly detail: string;
}

export interface Validated {
  readonly heldBack: readonly HeldBack[];
  readonly refutedActions: readonly string[];
  readonly refusedRenames: readonly string[];
}

/**
 * POST_ETL: audits every series and session that the run rests on, keeps the report, and holds back symbols with an error in the
 * window that the models see. A session that repeats an earlier one, or is there in part only, stops the run: AppError(missing_data).
 */
export const validateStage: Stage<{ sessionDate: SessionDate; barsHash: string }, Validated> = {
  name: 'validate',
  title: 'Check series and sessions',
  async run({ sessionDate, barsHash }, context) {
    const panel = await loadPanel(context, sessionDate, barsHash);
    const { calendar, exchange } = context.ports.market;
    const audit = auditDaily(panel.daily, {
      calendar,
      actions: panel.actions,
      refuted: panel.refuted,
      accepted: panel.accepted,
      asOfDay: toEpochDay(sessionDate),
      onProgress: context.progress,
    });
    requireOwnBars(audit.issues, toEpochDay(sessionDate), sessionDate);
    const heldBack = heldBackOf(audit.issues, windowStart(calendar, sessionDate));
    const held = new Set(heldBack.map(({ symbol }) => symbol));
    await saveQualityReport(context.ports, exchange, makeQualityReport(audit, sessionDate, held));
    return {
      output: {
        heldBack,
        refutedActions: panel.refuted.map(({ message }) => message),
        refusedRenames: panel.refusedRenames,
      },
      figures: {
        checked: panel.daily.length,
        heldBack: heldBack.length,
        refutedActions: panel.refuted.length,
        issues: audit.issues.length,
        score: audit.metrics.meanScore,
      },
    };
  },
};

const windowStart = (calendar: ExchangeCalendar, sessionDate: SessionDate): number =>
  toEpochDay(calendar.previousSession(sessionDate, WINDOW_SESSIONS));

/** The symbols that a run of the panel's session would hold back. */
export function heldBackIn(panel: Panel, calendar: ExchangeCalendar): HeldBack[] {
  const { actions, accepted, sessionDay: asOfDay } = panel;
  const audit = auditDaily(panel.daily, { calendar, actions, accepted, asOfDay });
  return heldBackOf(audit.issues, windowStart(calendar, fromEpochDay(asOfDay)));
}

/** Throws AppError(missing_data) when the bars of the run's session are not that session's, or only a part of them. */
export function requireOwnBars(issues: readonly QualityIssue[], day: number, sessionDate: SessionDate): void {
  const own = issues.filter((issue) => issue.day === day && issue.symbol === undefined);
  const thin = own.find(({ code, values }) => code === 'thin_session' && isFragment(values));
  if (thin !== undefined) {
    throw new AppError('missing_data', `the session is there in part only: ${thin.message}`, { retryable: true });
  }
  const copied = own.find(({ code }) => code === 'copied_session');
  if (copied === undefined) return;
  throw new AppError('missing_data', `the bars of ${sessionDate} are no bars of that session: ${copied.message}`, {
    retryable: true,
  });
}

/** Less than half of the market says nothing about it. */
const isFragment = (values: QualityIssue['values']): boolean =>
  Number(values?.['symbols']) < 0.5 * Number(values?.['usual']);

/** Each symbol's newest error inside the window, in words. */
export function heldBackOf(issues: readonly QualityIssue[], fromDay: number): HeldBack[] {
  const bySymbol = new Map<string, QualityIssue>();
  for (const issue of issues) {
    if (issue.symbol === undefined || severityOf(issue.code) !== 'error') continue;
    if (issue.day !== undefined && issue.day < fromDay) continue;
    const held = bySymbol.get(issue.symbol);
    if (held === undefined || (issue.day ?? 0) >= (held.day ?? 0)) bySymbol.set(issue.symbol, issue);
  }
  return [...bySymbol].map(([symbol, { code, message }]) => ({ symbol, reason: code, detail: message }));
}

/** Titles of the reasons that the checks give. */
export const ISSUE_TITLES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ISSUES).map(([code, { title }]) => [code, title]),
);
