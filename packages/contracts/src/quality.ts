import { EXCHANGES } from '@aion/core/exchange';
import { ACTION_CONFIDENCES, ACTION_KINDS, JOB_OUTCOMES, REVIEW_DECISIONS, SEVERITIES } from '@aion/core/vocabulary';
import { Ticker } from '@aion/core/ticker';
import { Why } from '@aion/core/why';
import { z } from 'zod';
import { Instant, SessionDay } from './common.ts';

const Severity = z.enum(SEVERITIES);
const ActionKind = z.enum(ACTION_KINDS);

/** An action that a jump of prices looks like, for a person to confirm. */
export const ActionProposal = z.strictObject({
  symbol: z.string(),
  exDate: SessionDay,
  kind: ActionKind,
  value: z.number(),
  confidence: z.enum(ACTION_CONFIDENCES),
  evidence: z.string(),
});
export type ActionProposal = z.infer<typeof ActionProposal>;

/** One thing that the checks found. */
export const QualityFinding = z.strictObject({
  code: z.string(),
  severity: Severity,
  symbol: z.string().nullable(),
  sessionDate: SessionDay.nullable(),
  message: z.string(),
});
export type QualityFinding = z.infer<typeof QualityFinding>;

/** What the checks found in the bars up to a session, and the scores that follow (0 to 100). */
export const QualityReport = z.strictObject({
  sessionDate: SessionDay,
  series: z.int(),
  bars: z.int(),
  meanScore: z.number(),
  /** Raw one-day moves as large as a split that an action explains. */
  explainedJumps: z.int(),
  byCode: z.array(z.strictObject({ code: z.string(), title: z.string(), severity: Severity, count: z.int() })),
  issues: z.array(QualityFinding),
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
    z.strictObject({ sessionDate: SessionDay, score: z.int(), symbols: z.int(), usual: z.int(), issues: z.int() }),
  ),
  proposals: z.array(ActionProposal),
});
export type QualityReport = z.infer<typeof QualityReport>;
/** The report asked for (null while no run has made it), and the findings that were accepted and left out of it or will be. */
export const QualityAnswer = z.strictObject({ report: QualityReport.nullable(), accepted: z.array(QualityFinding) });
export type QualityAnswer = z.infer<typeof QualityAnswer>;

/** A person says that a finding is in order, or (`revoke`) takes that back. */
export const QualityDecision = z.strictObject({
  code: z.string().regex(/^[a-z_]{3,40}$/),
  symbol: Ticker,
  sessionDate: SessionDay,
  why: Why,
  revoke: z.boolean().default(false),
});
export type QualityDecision = z.infer<typeof QualityDecision>;

/** A corporate action written down, or (`withdraw`) taken out, by hand. */
export const ActionChange = z.strictObject({
  symbol: Ticker,
  exDate: SessionDay,
  kind: ActionKind,
  value: z.number().positive().max(1e6),
  why: Why,
  withdraw: z.boolean().default(false),
});
export type ActionChange = z.infer<typeof ActionChange>;

/** Every word on corporate actions, newest first. */
export const ActionLog = z.strictObject({
  entries: z.array(
    z.strictObject({
      symbol: z.string(),
      exDate: SessionDay,
      kind: ActionKind,
      value: z.number(),
      source: z.string(),
      recordedAt: Instant,
      withdrawn: z.boolean(),
      by: z.string().nullable(),
      why: z.string().nullable(),
    }),
  ),
});
export type ActionLog = z.infer<typeof ActionLog>;

/** A decision about one quarantined row; `corrections` are laid over the row before it is checked again. */
export const RowReviewRequest = z.strictObject({
  entryId: z.string().regex(/^[0-9a-f]{12,64}$/),
  file: z.string().min(1).max(300),
  line: z.int().min(1),
  decision: z.enum(['release', 'dismiss']),
  /** A release may take the place of a stored bar with other values. */
  replace: z.boolean().default(false),
  why: Why,
  corrections: z
    .partialRecord(
      z.enum(['symbol', 'date', 'open', 'high', 'low', 'close', 'volume']),
      z
        .string()
        .trim()
        .min(1)
        .max(40)
        .regex(/^[^,"\n\r]*$/, 'expected a plain value without commas'),
    )
    .default({}),
});
export type RowReviewRequest = z.infer<typeof RowReviewRequest>;
export const RowReview = z.strictObject({
  decision: z.enum(REVIEW_DECISIONS),
  by: z.string(),
  why: z.string(),
  at: Instant,
});
export type RowReview = z.infer<typeof RowReview>;

/** A source of data and whether it can be used; `reason` says in words why not, and what that costs. */
export const SourceList = z.strictObject({
  sources: z.array(
    z.strictObject({
      name: z.string(),
      on: z.boolean(),
      what: z.string(),
      state: z.string(),
      mayBeShown: z.boolean(),
    }),
  ),
});
export type SourceList = z.infer<typeof SourceList>;

/** The jobs of the timetable: how each ended the last time, and when it comes next. */
export const JobList = z.strictObject({
  jobs: z.array(
    z.strictObject({
      market: z.enum(EXCHANGES),
      name: z.string(),
      title: z.string(),
      /** `off`: this host does not do it, or its market stands still. `waiting`: what it needs is not there yet. */
      state: z.enum([...JOB_OUTCOMES, 'overdue', 'off']),
      succeededAt: Instant.nullable(),
      nextAt: Instant.nullable(),
      error: z.string().nullable(),
      /** How often it has failed since it last ended well. */
      failures: z.int(),
      figures: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  ),
});
export type JobList = z.infer<typeof JobList>;

/** What the product lives on, how new each of it is, and what its absence costs. */
export const FreshnessList = z.strictObject({
  exchange: z.enum(EXCHANGES),
  asOf: Instant,
  capabilities: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      state: z.enum(['fresh', 'stale', 'none']),
      newestAt: Instant.nullable(),
      cost: z.string(),
    }),
  ),
});
export type FreshnessList = z.infer<typeof FreshnessList>;
