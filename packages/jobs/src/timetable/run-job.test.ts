import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { openStateFile } from '@aion/adapters/sqlite/state-file';
import { makeFrozenClock, MINUTE_MS, type ItemTable } from '@aion/core';
import { overdueJobs, tellOverdue } from './check-jobs.ts';
import { loadJobRecords } from './job-record.ts';
import { runJob, type JobHost, type JobOutcome } from './run-job.ts';
import { clockOfJob, JOB_NAMES } from './timetable.ts';

const clock = makeFrozenClock(0);
const both = { wall: clock, market: clock };
/** 15:35 in Mumbai on a session that closes at 15:30: the report is due. */
const DUE = Date.parse('2026-02-27T10:05:00Z');
const REPORT = { market: 'NSE', job: 'post-market', dueMs: DUE } as const;
const DONE = async (): Promise<{ done: true }> => ({ done: true });

let items: ItemTable;
const gone = new Set<string>();
const hostOf = (name: string): JobHost => ({
  items,
  owner: { name, isGone: (other) => gone.has(other) },
});
const record = async () => (await loadJobRecords(items, 'NSE')).get('post-market');
beforeEach(() => {
  clock.set(DUE + 1000);
  gone.clear();
  items = makeSqliteItemTable(openStateFile(':memory:'), clock);
});

describe('a job of the timetable', () => {
  it('is done once for an instant, by whoever fires it first', async () => {
    let times = 0;
    const work = async () => ({ done: true, figures: { entries: ++times } });
    expect(await runJob(hostOf('a'), REPORT, clock, work)).toBe('done');
    expect(await runJob(hostOf('a'), REPORT, clock, work)).toBe('already');
    expect(await runJob(hostOf('b'), REPORT, clock, work)).toBe('already');
    expect(await runJob(hostOf('b'), { ...REPORT, dueMs: DUE - MINUTE_MS }, clock, work)).toBe('already');
    expect(times).toBe(1);
    expect(await record()).toMatchObject({
      outcome: 'done',
      dueMs: DUE,
      succeededMs: DUE + 1000,
      figures: { entries: 1 },
    });
  });

  it('is not begun while it is under way, unless its process is gone or nobody heard of it for two hours', async () => {
    let end: () => void = () => undefined;
    const running = runJob(
      hostOf('a'),
      REPORT,
      clock,
      () => new Promise((resolve) => (end = () => resolve({ done: true }))),
    );
    while ((await record())?.outcome !== 'running') await Promise.resolve();
    const next = { ...REPORT, dueMs: DUE + 60 * MINUTE_MS };
    expect(await runJob(hostOf('b'), REPORT, clock, DONE)).toBe('under_way');
    expect(await runJob(hostOf('b'), next, clock, DONE)).toBe('under_way');
    gone.add('a');
    expect(await runJob(hostOf('b'), next, clock, DONE)).toBe('done');
    // Whoever was taken over from writes nothing over what came after it.
    end();
    await running;
    expect(await record()).toMatchObject({ owner: 'b', dueMs: next.dueMs });

    gone.clear();
    const silent = { ...REPORT, dueMs: DUE + 120 * MINUTE_MS };
    void runJob(hostOf('c'), silent, clock, () => new Promise(() => undefined));
    while ((await record())?.owner !== 'c') await Promise.resolve();
    expect(await runJob(hostOf('d'), silent, clock, DONE)).toBe('under_way');
    clock.set(clock.nowMs() + 121 * MINUTE_MS);
    expect(await runJob(hostOf('d'), silent, clock, DONE)).toBe('done');
  });

  it('that failed or waits is done when it is fired again, and says how often it failed', async () => {
    const fail = async (): Promise<never> => {
      throw new Error('planted');
    };
    for (const failures of [1, 2]) {
      await expect(runJob(hostOf('a'), REPORT, clock, fail)).rejects.toThrow('planted');
      expect(await record()).toMatchObject({ outcome: 'failed', error: 'planted', failures, succeededMs: null });
    }
    expect(await runJob(hostOf('a'), REPORT, clock, async () => ({ done: false }))).toBe('waiting');
    expect(await record()).toMatchObject({ outcome: 'waiting', error: null, failures: 2, succeededMs: null });
    expect(await runJob(hostOf('a'), REPORT, clock, DONE)).toBe('done');
    expect(await record()).toMatchObject({ outcome: 'done', failures: 0 });
  });

  it('is done exactly once for each instant, however many fire it at once and in whatever order', async () => {
    let raced = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 })), {
          minLength: 2,
          maxLength: 12,
        }),
        async (fired) => {
          items = makeSqliteItemTable(openStateFile(':memory:'), clock);
          const done: number[] = [];
          const outcomes = await Promise.all(
            fired.map(([turn, who]): Promise<JobOutcome> => {
              const dueMs = DUE + turn * 15 * MINUTE_MS;
              return runJob(hostOf(`host ${who}`), { ...REPORT, dueMs }, clock, async () => {
                done.push(dueMs);
                return { done: true };
              });
            }),
          );
          expect(new Set(done).size).toBe(done.length);
          // Never backwards: an instant that is past when a later one was done stays as it is.
          expect(done).toEqual([...done].sort((a, b) => a - b));
          expect(done.length).toBeGreaterThan(0);
          if (outcomes.includes('under_way') || outcomes.includes('already')) raced++;
        },
      ),
      { numRuns: 60 },
    );
    expect(raced).toBeGreaterThan(30);
  });
});

describe('a job that is overdue', () => {
  const after = (minutes: number): number => DUE + minutes * MINUTE_MS;
  const overdue = async (nowMs: number) => {
    clock.set(nowMs);
    return overdueJobs({ items }, 'NSE', ['post-market'], both);
  };

  it('is named when its grace is over, until it ends well', async () => {
    clock.set(after(-24 * 60));
    await runJob(hostOf('a'), { ...REPORT, dueMs: after(-24 * 60) }, clock, DONE);
    expect(await overdue(after(59))).toEqual([]);
    expect(await overdue(after(61))).toMatchObject([{ job: 'post-market', dueMs: DUE, succeededMs: after(-24 * 60) }]);
    await expect(runJob(hostOf('a'), REPORT, clock, () => Promise.reject(new Error('no answer')))).rejects.toThrow();
    expect(await overdue(after(70))).toMatchObject([{ error: 'no answer' }]);
    await runJob(hostOf('a'), REPORT, clock, DONE);
    expect(await overdue(after(71))).toEqual([]);
    // Saturday and Sunday owe nothing; Monday's does again.
    expect(await overdue(Date.parse('2026-03-01T20:00:00Z'))).toEqual([]);
    expect(await overdue(Date.parse('2026-03-02T11:06:00Z'))).toHaveLength(1);
  });

  it('is owed only from when the product first knew of it', async () => {
    expect(await overdue(after(300))).toEqual([]);
    expect(await overdue(after(301))).toEqual([]);
    expect(await record()).toMatchObject({ outcome: 'never' });
    expect(await overdue(Date.parse('2026-03-02T11:06:00Z'))).toHaveLength(1);
  });

  it('is told of once, again after a day, and anew when it had ended well in between', async () => {
    const mails: string[] = [];
    const host = {
      items,
      tellOperator: async ({ subject, text }: { subject: string; text: string }) =>
        void mails.push(`${subject}\n${text}`),
    };
    await runJob(hostOf('a'), { ...REPORT, dueMs: after(-24 * 60) }, clock, DONE);
    const found = await overdue(after(61));
    const tell = () => tellOverdue(host, found, both);
    expect([await tell(), await tell()]).toEqual([1, 0]);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatch(
      /^post-market is overdue \(NSE\)\nIt was due at 2026-02-27T10:05:00.000Z and has not ended well since: Record check/,
    );
    clock.set(after(61 + 23 * 60));
    expect(await tell()).toBe(0);
    clock.set(after(61 + 25 * 60));
    expect([await tell(), await tell()]).toEqual([1, 0]);
    await runJob(hostOf('a'), REPORT, clock, DONE);
    clock.advance(MINUTE_MS);
    expect([await tell(), await tell()]).toEqual([1, 0]);
  });
});

it('a job goes by the wall clock where the home needs it whatever its market does, else by the market', async () => {
  const clocks = { wall: makeFrozenClock(1), market: makeFrozenClock(2) };
  const byWall = JOB_NAMES.filter((name) => clockOfJob(name, clocks) === clocks.wall);
  expect(byWall).toEqual(['lake-care', 'billing']);
  // In a market that is played in the past, the care of tonight is not overdue, nor is it that of a night of then.
  clocks.wall.set(DUE + 300 * 24 * 60 * MINUTE_MS);
  clocks.market.set(DUE);
  const host = { items: makeSqliteItemTable(openStateFile(':memory:'), clocks.wall) };
  expect(await overdueJobs(host, 'NSE', ['lake-care', 'post-market'], clocks)).toEqual([]);
  const records = await loadJobRecords(host.items, 'NSE');
  expect([records.get('lake-care')!.startedMs, records.get('post-market')!.startedMs]).toEqual([
    clocks.wall.nowMs(),
    DUE,
  ]);
});
