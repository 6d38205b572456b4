import {
  type Exchange,
  ACTION_CONFIDENCES,
  SEVERITIES,
  type ItemTable,
  type ObjectStore,
  SessionDate,
  fromEpochDay,
} from '@aion/core';
import { z } from 'zod';
import { ActionKind } from '../actions/index.ts';
import { readJsonObject, type PointedForm } from '../pointed-object.ts';
import type { Disagreement } from '../sources/disagreement-store.ts';
import type { DailyAudit } from './audit-daily.ts';
import { ISSUES, type IssueCode, countByCode, severityOf } from './issue.ts';

const MAX_ISSUES = 2000;
const MAX_DAYS = 260;

const ReportIssue = z.strictObject({
  code: z.string(),
  severity: z.enum(SEVERITIES),
  symbol: z.string().nullable(),
  sessionDate: SessionDate.nullable(),
  message: z.string(),
});
/** The data's quality as of a session: what the checks found, and the scores that follow. */
export const QualityReport = z.strictObject({
  sessionDate: SessionDate,
  series: z.int(),
  bars: z.int(),
  meanScore: z.number(),
  explainedJumps: z.int(),
  byCode: z.array(
    z.strictObject({
      code: z.string(),
      title: z.string(),
      severity: z.enum(SEVERITIES),
      count: z.int(),
    }),
  ),
  /** Errors and warnings first, each group newest first. */
  issues: z.array(ReportIssue),
  /** Findings beyond those listed. */
  moreIssues: z.int(),
  symbols: z.array(
    z.strictObject({
      symbol: z.string(),
      score: z.int(),
      bars: z.int(),
      issues: z.int(),
      worst: z.string().nullable(),
      heldBack: z.boolean(),
    }),
  ),
  days: z.array(
    z.strictObject({ sessionDate: SessionDate, score: z.int(), symbols: z.int(), usual: z.int(), issues: z.int() }),
  ),
  /** Actions that unexplained jumps look like. */
  proposals: z.array(
    z.strictObject({
      symbol: z.string(),
      exDate: SessionDate,
      kind: ActionKind,
      value: z.number(),
      confidence: z.enum(ACTION_CONFIDENCES),
      evidence: z.string(),
    }),
  ),
});
export type QualityReport = z.infer<typeof QualityReport>;

/** An audit as people read it. `heldBack` are symbols that no run uses until somebody has looked. */
export function makeQualityReport(
  audit: DailyAudit,
  sessionDate: SessionDate,
  heldBack: ReadonlySet<string> = new Set(),
): QualityReport {
  const rank = { error: 0, warning: 1, info: 2 } as const;
  const issues = [...audit.issues].sort(
    (a, b) => rank[severityOf(a.code)] - rank[severityOf(b.code)] || (b.day ?? 0) - (a.day ?? 0),
  );
  return {
    sessionDate,
    series: audit.metrics.series,
    bars: audit.metrics.bars,
    meanScore: audit.metrics.meanScore,
    explainedJumps: audit.metrics.explainedJumps,
    byCode: Object.entries(countByCode(issues)).map(([code, count]) => ({
      code,
      ...ISSUES[code as IssueCode],
      count,
    })),
    issues: issues.slice(0, MAX_ISSUES).map(({ code, symbol, day, message }) => ({
      code,
      severity: severityOf(code),
      symbol: symbol ?? null,
      sessionDate: day === undefined ? null : fromEpochDay(day),
      message,
    })),
    moreIssues: Math.max(0, issues.length - MAX_ISSUES),
    symbols: audit.symbols.map(({ symbol, score, bars, issues: found, worst }) => ({
      symbol,
      score,
      bars,
      issues: found,
      worst: worst ?? null,
      heldBack: heldBack.has(symbol),
    })),
    proposals: audit.proposals.map(({ action: { symbol, exDay, kind, value }, confidence, evidence }) => ({
      symbol,
      exDate: fromEpochDay(exDay),
      kind,
      value,
      confidence,
      evidence,
    })),
    days: audit.days.slice(-MAX_DAYS).map(({ day, ...rest }) => ({ sessionDate: fromEpochDay(day), ...rest })),
  };
}

/**
 * A report with the sessions on which sources were found to disagree when they were fetched. Those of later sessions are left out.
 */
export function withDisagreements(report: QualityReport, disagreements: readonly Disagreement[]): QualityReport {
  const issues = disagreements
    .filter(({ date }) => date <= report.sessionDate)
    .map(({ symbol, date, message }) => ({
      code: 'source_disagreement',
      severity: severityOf('source_disagreement'),
      symbol,
      sessionDate: date,
      message,
    }));
  if (issues.length === 0) return report;
  const { title, severity } = ISSUES.source_disagreement;
  return {
    ...report,
    issues: [...report.issues, ...issues],
    byCode: [...report.byCode, { code: 'source_disagreement', title, severity, count: issues.length }],
  };
}

type Ports = { readonly items: ItemTable; readonly objects: ObjectStore };

const REPORT: PointedForm<QualityReport> = {
  what: 'report of the data quality',
  v: 1,
  schema: QualityReport,
  advice: 'run that session again',
};

const reportKey = (market: Exchange, sessionDate: SessionDate) =>
  ({ table: 'product', pk: `QUALITY#${market}`, sk: sessionDate }) as const;

/** Keeps a session's report; a later run of the session replaces it. */
export async function saveQualityReport(ports: Ports, market: Exchange, report: QualityReport): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(report));
  const { key } = await ports.objects.put(`quality/${market}`, bytes, '.json');
  const { meanScore, series } = report;
  await ports.items.put({ ...reportKey(market, report.sessionDate), v: REPORT.v, body: { key, meanScore, series } });
}

/**
 * The report of a session, or the newest one; undefined while no run has made one.
 *
 * @example const newest = await loadQualityReport({ items, objects }, 'NSE');
 */
export async function loadQualityReport(
  ports: Ports,
  market: Exchange,
  sessionDate?: SessionDate,
): Promise<QualityReport | undefined> {
  const item =
    sessionDate === undefined
      ? (await ports.items.query({ table: 'product', pk: `QUALITY#${market}`, descending: true }, { limit: 1 }))
          .items[0]
      : await ports.items.get(reportKey(market, sessionDate));
  return item === undefined ? undefined : readJsonObject(ports.objects, item, REPORT);
}
