import { bodyOf, changeItem, errorMessage, HOUR_MS, type Clock, type EpochMs, type Exchange } from '@aion/core';
import type { Host } from '../host.ts';
import { JOB_FORM, jobKey, NEVER, type JobRecord } from './job-record.ts';
import type { JobName } from './timetable.ts';

/** One firing of the timetable. */
export interface Firing {
  readonly market: Exchange;
  readonly job: JobName;
  /** The instant of the beat that it stands for; a job that waits is fired several times for one. */
  readonly dueMs: EpochMs;
}

export interface JobResult {
  /** False: what it needs is not there yet, and the next firing looks again. */
  readonly done: boolean;
  readonly figures?: JobRecord['figures'];
}

/** `already`: this instant, or a later one, has been done. `under_way`: the job is being done, in this process or another. */
export type JobOutcome = 'done' | 'waiting' | 'already' | 'under_way';

/** After so long a job whose process cannot be asked counts as ended. */
const LONGEST_MS = 2 * HOUR_MS;

export type JobHost = Pick<Host, 'items' | 'owner'>;

/**
 * Does a job for an instant of the timetable once, whoever fires it and however often: what is done is not done again, what is under way
 * is not begun a second time, and what failed is done again when it is fired again. How it went is kept.
 *
 * @throws what `work` throws, after it was recorded.
 * @example await runJob(host, { market: 'NSE', job: 'billing', dueMs }, clock, async () => ({ done: true }));
 */
export async function runJob(
  host: JobHost,
  firing: Firing,
  clock: Pick<Clock, 'nowMs'>,
  work: () => Promise<JobResult>,
): Promise<JobOutcome> {
  const taken = await take(host, firing, clock.nowMs());
  if (taken !== 'taken') return taken;
  try {
    const { done, figures = {} } = await work();
    const finishedMs = clock.nowMs();
    await note(host, firing, () => ({
      ...{ outcome: done ? 'done' : 'waiting', finishedMs, error: null, figures },
      ...(done && { succeededMs: finishedMs, succeededDueMs: firing.dueMs, failures: 0 }),
    }));
    return done ? 'done' : 'waiting';
  } catch (error) {
    await note(host, firing, ({ failures }) => ({
      ...{ outcome: 'failed', finishedMs: clock.nowMs(), error: errorMessage(error), failures: failures + 1 },
    }));
    throw error;
  }
}

async function take(host: JobHost, { market, job, dueMs }: Firing, nowMs: EpochMs): Promise<JobOutcome | 'taken'> {
  const name = host.owner.name;
  return changeItem<JobOutcome | 'taken'>(
    host.items,
    jobKey(market, job),
    (found) => {
      const known = found === undefined ? NEVER : bodyOf(found, JOB_FORM);
      const isUnderWay =
        known.outcome === 'running' &&
        !host.owner.isGone(known.owner) &&
        Math.abs(nowMs - known.startedMs) < LONGEST_MS;
      if (isUnderWay) return { result: 'under_way' };
      if (known.dueMs > dueMs || (known.dueMs === dueMs && known.outcome === 'done')) return { result: 'already' };
      const body: JobRecord = {
        ...known,
        ...{ dueMs, outcome: 'running', owner: name, startedMs: nowMs, finishedMs: null, error: null },
      };
      return { item: { v: JOB_FORM.v, body }, result: 'taken' };
    },
    { what: `the job ${job} of ${market}` },
  );
}

/** Of the firing that took the job, and of no later one. */
async function note(
  host: JobHost,
  { market, job, dueMs }: Firing,
  change: (known: JobRecord) => Partial<JobRecord>,
): Promise<void> {
  await changeItem(
    host.items,
    jobKey(market, job),
    (found) => {
      const known = found === undefined ? NEVER : bodyOf(found, JOB_FORM);
      if (known.dueMs !== dueMs || known.owner !== host.owner.name) return { result: undefined };
      return { item: { v: JOB_FORM.v, body: { ...known, ...change(known) } }, result: undefined };
    },
    { what: `the job ${job} of ${market}` },
  );
}
