import { bodyOf, changeItem, DAY_MS, toIso, type EpochMs, type Exchange } from '@aion/core';
import type { Host } from '../host.ts';
import { JOB_FORM, jobKey, loadJobRecords, NEVER, type JobRecord } from './job-record.ts';
import { owedSince } from './job-status.ts';
import { clockOfJob, TIMETABLE, type JobClocks, type JobName } from './timetable.ts';

export interface OverdueJob {
  readonly market: Exchange;
  readonly job: JobName;
  readonly dueMs: EpochMs;
  readonly succeededMs: EpochMs | null;
  readonly error: string | null;
}

/**
 * The jobs whose newest instant has passed by more than their grace and that have not ended well for it. A job that the product never
 * knew of is owed from now on, not for what was before.
 */
export async function overdueJobs(
  host: Pick<Host, 'items'>,
  market: Exchange,
  jobs: readonly JobName[],
  clocks: JobClocks,
): Promise<OverdueJob[]> {
  const records = await loadJobRecords(host.items, market);
  const overdue: OverdueJob[] = [];
  for (const job of jobs) {
    const clock = clockOfJob(job, clocks);
    const record = records.get(job);
    if (record === undefined) {
      await changeItem(
        host.items,
        jobKey(market, job),
        (found) =>
          found === undefined ? { item: neverBegun(clock.nowMs()), result: undefined } : { result: undefined },
        { what: `the job ${job} of ${market}` },
      );
      continue;
    }
    const dueMs = owedSince(TIMETABLE[job], market, record, clock.nowMs());
    if (dueMs === null) continue;
    const { succeededMs, error } = record;
    overdue.push({ market, job, dueMs, succeededMs, error });
  }
  return overdue;
}

const neverBegun = (sinceMs: EpochMs): { v: number; body: JobRecord } => ({
  v: JOB_FORM.v,
  body: { ...NEVER, startedMs: sinceMs },
});

/** Tells the operator of each overdue job: once, and again each day until it has ended well. */
export async function tellOverdue(
  host: Pick<Host, 'items' | 'tellOperator'>,
  overdue: readonly OverdueJob[],
  clocks: JobClocks,
): Promise<number> {
  let told = 0;
  for (const { market, job, dueMs, succeededMs, error } of overdue) {
    const nowMs = clockOfJob(job, clocks).nowMs();
    const fresh = await changeItem<boolean>(
      host.items,
      jobKey(market, job),
      (found) => {
        const known = found === undefined ? NEVER : bodyOf(found, JOB_FORM);
        const isTold = known.toldMs !== null && known.toldMs > (known.succeededMs ?? 0);
        if (isTold && Math.abs(nowMs - (known.toldMs ?? 0)) < DAY_MS) return { result: false };
        return { item: { v: JOB_FORM.v, body: { ...known, toldMs: nowMs } }, result: true };
      },
      { what: `the job ${job} of ${market}` },
    );
    if (!fresh) continue;
    told++;
    const { title } = TIMETABLE[job];
    await host.tellOperator({
      subject: `${job} is overdue (${market})`,
      text: [
        `It was due at ${toIso(dueMs)} and has not ended well since: ${title}.`,
        succeededMs === null ? 'It has never ended well here.' : `It last ended well at ${toIso(succeededMs)}.`,
        ...(error === null ? [] : [`Its last error: ${error}`]),
      ].join('\n'),
    });
  }
  return told;
}
