import { JOB_OUTCOMES, bodyOf, queryAll, type Exchange, type ItemTable, type StoredForm } from '@aion/core';
import { z } from 'zod';
import type { JobName } from './timetable.ts';

/** What is known of a job: the instant that it was last due for, and how that went. One per market and job. */
export const JobRecord = z.strictObject({
  /** The instant of the timetable that it was last begun for. */
  dueMs: z.int(),
  /** `waiting`: what it needs is not there yet, and it looks again. `never`: it is known to the timetable and was not begun yet. */
  outcome: z.enum(JOB_OUTCOMES),
  /** The process that began it. */
  owner: z.string(),
  startedMs: z.int(),
  finishedMs: z.int().nullable(),
  error: z.string().nullable(),
  /** What it did, for people. */
  figures: z.record(z.string(), z.union([z.string(), z.number()])),
  /** When it last ended well, and the instant that this was for. */
  succeededMs: z.int().nullable(),
  succeededDueMs: z.int().nullable(),
  /** How often it has failed since. */
  failures: z.int(),
  /** When the operator was last told that it is overdue. */
  toldMs: z.int().nullable(),
});
export type JobRecord = z.infer<typeof JobRecord>;

/** Where the record of a job lies, for whoever changes it. */
export const jobKey = (market: Exchange, job: JobName) => ({ table: 'product', pk: `JOB#${market}`, sk: job }) as const;

export const JOB_FORM: StoredForm<JobRecord> = { what: 'record of a job', v: 1, schema: JobRecord };

export const NEVER: JobRecord = {
  ...{ dueMs: 0, outcome: 'never', owner: '', startedMs: 0, finishedMs: null, error: null, figures: {} },
  ...{ succeededMs: null, succeededDueMs: null, failures: 0, toldMs: null },
};

/** What is known of a market's jobs, by name. */
export async function loadJobRecords(items: ItemTable, market: Exchange): Promise<ReadonlyMap<string, JobRecord>> {
  const found = await queryAll(items, { table: 'product', pk: `JOB#${market}` });
  return new Map(found.map((item) => [item.sk, bodyOf(item, JOB_FORM)]));
}
