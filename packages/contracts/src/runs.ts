import { RUN_KINDS, RUN_STATUSES, STEP_STATUSES } from '@aion/core/vocabulary';
import { z } from 'zod';
import { Exchange, Instant, SessionDay } from './common.ts';
import { RunSummary } from './signals.ts';

export const RunKind = z.enum(RUN_KINDS);
export type RunKind = z.infer<typeof RunKind>;
export const RunStatus = z.enum(RUN_STATUSES);
export type RunStatus = z.infer<typeof RunStatus>;

export const RunStep = z.strictObject({
  name: z.string(),
  title: z.string(),
  status: z.enum(STEP_STATUSES),
  startedAt: Instant.nullable(),
  milliseconds: z.number().nullable(),
  progress: z.strictObject({ done: z.int(), total: z.int() }).nullable(),
  /** Figures of the step, for people: name → number or text. */
  figures: z.record(z.string(), z.union([z.number(), z.string()])),
  error: z.string().nullable(),
});
export type RunStep = z.infer<typeof RunStep>;

export const Run = z.strictObject({
  id: z.string(),
  kind: RunKind,
  exchange: Exchange,
  sessionDate: SessionDay,
  status: RunStatus,
  revision: z.int().nullable(),
  snapshotId: z.string().nullable(),
  triggeredBy: z.string(),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
  error: z.string().nullable(),
  steps: z.array(RunStep),
  summary: RunSummary.nullable(),
});
export type Run = z.infer<typeof Run>;

export const RunPage = z.strictObject({ runs: z.array(Run), nextCursor: z.string().nullable() });
export type RunPage = z.infer<typeof RunPage>;

/** A missing session date means the newest session that has bars. */
export const StartRun = z.strictObject({ sessionDate: SessionDay.optional() });
export const RunStarted = z.strictObject({ runId: z.string(), alreadyRunning: z.boolean() });
export type RunStarted = z.infer<typeof RunStarted>;
