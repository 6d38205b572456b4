import { MODES } from '@aion/core/vocabulary';
import { Why } from '@aion/core/why';
import { z } from 'zod';
import { Instant, ReasonCount, SessionDay } from './common.ts';
import { RowReview } from './quality.ts';

/** A row that could not be used: where it was, what is wrong with it and what to do. */
export const QuarantinedRow = z.strictObject({
  id: z.string(),
  file: z.string(),
  line: z.int().nullable(),
  field: z.string().nullable(),
  value: z.string().nullable(),
  symbol: z.string().nullable(),
  sessionDate: SessionDay.nullable(),
  code: z.string(),
  reason: z.string(),
  whatToDo: z.string(),
  at: Instant,
  /** The entry that the row belongs to: with file and line it names the row in a review. */
  entryId: z.string(),
  /** The row as it stood in the file; null where it is not known. */
  row: z.string().nullable(),
  review: RowReview.nullable(),
});
export type QuarantinedRow = z.infer<typeof QuarantinedRow>;
export const QuarantinePage = z.strictObject({
  total: z.int(),
  byReason: z.array(ReasonCount),
  rows: z.array(QuarantinedRow),
  nextCursor: z.string().nullable(),
});
export type QuarantinePage = z.infer<typeof QuarantinePage>;

export const ImportedFile = z.strictObject({
  name: z.string(),
  status: z.enum(['imported', 'refused', 'ignored']),
  layout: z.string().nullable(),
  rows: z.int(),
  stored: z.int(),
  duplicates: z.int(),
  quarantined: z.int(),
  skippedBySeries: z.int(),
  /** Why the file was refused or ignored, with line and field where there is one, and what to do. */
  reason: z.string().nullable(),
});
export const ImportReport = z.strictObject({
  files: z.array(ImportedFile),
  rows: z.int(),
  stored: z.int(),
  quarantined: z.array(ReasonCount),
  sessions: z.array(SessionDay),
  symbols: z.int(),
});
export type ImportReport = z.infer<typeof ImportReport>;

/** An administrator looks at the product as a member does: read-only, for a reason and for a while. */
export const BeginView = z.strictObject({
  email: z.email().max(254),
  reason: Why,
  minutes: z.int().min(1).max(60).default(15),
});
export type BeginView = z.infer<typeof BeginView>;
export const BeganView = z.strictObject({ view: z.string(), email: z.string(), endsAt: Instant });
export type BeganView = z.infer<typeof BeganView>;
export const EndView = z.strictObject({ view: z.string().min(20).max(200) });
export type EndView = z.infer<typeof EndView>;

export const OutboxPage = z.strictObject({
  messages: z.array(
    z.strictObject({
      id: z.string(),
      to: z.string(),
      channel: z.string(),
      subject: z.string(),
      text: z.string(),
      at: Instant,
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type OutboxPage = z.infer<typeof OutboxPage>;

export const Health = z.strictObject({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  mode: z.enum(MODES),
  checks: z.array(z.strictObject({ name: z.string(), ok: z.boolean() })),
});
export type Health = z.infer<typeof Health>;
/** For admins: each part with what was found. */
export const HealthDetails = z.strictObject({
  ...Health.shape,
  checks: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string() })),
});
export type HealthDetails = z.infer<typeof HealthDetails>;

/** One upload on its way into the lake, or what became of it. */
export const ImportRun = z.strictObject({
  id: z.string(),
  name: z.string(),
  by: z.string(),
  bytes: z.int(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
  /** While it runs: what it is at. */
  progress: z.strictObject({ phase: z.enum(['reading', 'storing']), done: z.int(), total: z.int() }).nullable(),
  /** Once it is done; a file that was refused is done as well, and the report says why. */
  report: ImportReport.nullable(),
  /** Why it failed, and what that means for the lake. */
  error: z.string().nullable(),
});
export type ImportRun = z.infer<typeof ImportRun>;
export const ImportList = z.strictObject({ imports: z.array(ImportRun) });
export type ImportList = z.infer<typeof ImportList>;
