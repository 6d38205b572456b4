import { afterAll, describe, expect, it } from 'vitest';
import { JOB_PLANS, type TaskPlan, failRun, prepareRun, prepareTasks, runTask } from '@aion/jobs/runs';
import { watchJobs } from '@aion/jobs/schedule';
import { leaseHolder, loadRun, saveRun, takeLease } from '@aion/pipeline';
import { actorNamed, saveProfile } from '@aion/jobs';
import { type Embedded } from '@aion/runtime';
import { daily, removeFolders, simulatedHome, TWO_SHARDS } from './embedded-home.ts';

const SESSION = '2026-02-27';
const plans: readonly TaskPlan[] = JOB_PLANS.daily;
afterAll(removeFolders);

const at = (host: Embedded, exchangeTime: string): Promise<void> =>
  saveProfile(host.items, { simulated: true, asOfMs: Date.parse(`${exchangeTime}+05:30`) });

/** Does a daily run as a state machine does it: one task after the other, in as many shards as the bars task says. */
async function runByTasks(host: Embedded): Promise<{ signalsHash: string; shards: number; runId: string }> {
  const { runId } = await prepareTasks(host, { kind: 'daily', triggeredBy: 'test', sessionDate: SESSION });
  let shards = 0;
  for (const { name } of plans) {
    const result = await runTask(host, { task: name, runId });
    for (const part of result.shards ?? []) {
      shards++;
      if (result.shards!.length > 1) await runTask(host, { task: 'features-shard', runId, ...part });
    }
  }
  const { run, steps } = await loadRun(host.items, runId!);
  expect(run.status).toBe('succeeded');
  expect(steps.every(({ status }) => status === 'done' || status === 'reused')).toBe(true);
  return { signalsHash: run.summary!.signalsHash, shards, runId: runId! };
}

describe('a daily run in tasks', () => {
  it('gives the signals of the run in one piece, in one shard and in several', async () => {
    const whole = await simulatedHome('whole', TWO_SHARDS);
    const { summary } = await daily(whole, { sessionDate: SESSION });
    whole.close();
    for (const [symbolsPerTask, shards] of [
      ['1000', 1],
      ['30', 2],
    ] as const) {
      const host = await simulatedHome('tasks', { ...TWO_SHARDS, AION_SYMBOLS_PER_TASK: symbolsPerTask });
      const found = await runByTasks(host);
      expect(found).toMatchObject({ signalsHash: summary!.signalsHash, shards });
      // A task that is sent again after the end changes nothing of the run, whichever it is.
      const before = await loadRun(host.items, found.runId);
      for (const { name } of plans) await runTask(host, { task: name, runId: found.runId });
      expect(await loadRun(host.items, found.runId)).toEqual(before);
      expect(await leaseHolder(host.items, host.clock, 'NSE#daily')).toBeUndefined();
      host.close();
    }
  });

  it('computes the features in the shard tasks; the features task only joins them', async () => {
    const host = await simulatedHome('joined', { ...TWO_SHARDS, AION_SYMBOLS_PER_TASK: '30' });
    const { runId } = await prepareTasks(host, { kind: 'daily', triggeredBy: 'test', sessionDate: SESSION });
    const { shards } = await runTask(host, { task: 'bars', runId });
    for (const part of shards!) await runTask(host, { task: 'features-shard', runId, ...part });
    const refuse = () => Promise.reject(new Error('nothing is left to compute'));
    const joiner: typeof host = {
      ...host,
      pipeline: async () => ({
        ...(await host.pipeline()),
        featureWorkers: (missing) => (missing.length === 0 ? Promise.resolve([]) : refuse()),
      }),
    };
    await runTask(joiner, { task: 'features', runId });
    host.close();
  });

  it('refuses a task out of turn, of another job, of no run, and a run that an import has changed', async () => {
    const host = await simulatedHome('refused');
    const { runId } = await prepareTasks(host, { kind: 'daily', triggeredBy: 'test', sessionDate: SESSION });
    await expect(runTask(host, { task: 'models', runId })).rejects.toMatchObject({ code: 'missing_data' });
    await expect(runTask(host, { task: 'refine', runId })).rejects.toThrow(/has no task "refine"; it has bars, /);
    await expect(runTask(host, { task: 'bars', runId: 'NSE-nothing' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(runTask(host, { runId })).rejects.toMatchObject({ code: 'bad_input' });
    await expect(runTask(host, { task: 'features-shard', runId, shard: 2, of: 2 })).rejects.toMatchObject({
      code: 'bad_input',
    });
    await runTask(host, { task: 'bars', runId });
    const deployed = { ...host, pipeline: async () => ({ ...(await host.pipeline()), codeHash: 'newer' }) };
    await expect(runTask(deployed, { task: 'features', runId })).rejects.toThrow(
      /this task runs program newer, run .* was prepared by .*: functions and container image are not of one build/,
    );
    host.close();
  });

  it('records a run that its machine gave up, with the cause, and frees its lease', async () => {
    const host = await simulatedHome('given-up');
    const { runId } = await prepareTasks(host, { kind: 'daily', triggeredBy: 'test', sessionDate: SESSION });
    await runTask(host, { task: 'bars', runId });
    expect(await leaseHolder(host.items, host.clock, 'NSE#daily')).toMatch(`run:${runId}/`);
    const error = { Error: 'States.TaskFailed', Cause: '{"errorMessage":"the container ran out of memory"}' };
    expect(await failRun(host, { runId, task: 'models', error })).toEqual({ runId, recorded: true });
    expect((await loadRun(host.items, runId!)).run).toMatchObject({
      status: 'failed',
      error: 'task models: States.TaskFailed: the container ran out of memory',
    });
    expect(await leaseHolder(host.items, host.clock, 'NSE#daily')).toBeUndefined();
    // The next run of the session is not in its way, and one that succeeded is never called failed.
    const next = await runByTasks(host);
    expect(await failRun(host, { runId: next.runId, task: 'publish', error })).toMatchObject({ recorded: false });
    host.close();
  });
});

describe('two executions', () => {
  const request = { kind: 'daily', triggeredBy: 'test', sessionDate: SESSION };
  /** A host whose features fail until told otherwise. */
  function failing(host: Embedded): Embedded {
    const broken = () => Promise.reject(new Error('planted: out of memory'));
    return { ...host, pipeline: async () => ({ ...(await host.pipeline()), featureWorkers: broken }) };
  }

  it('do not take a run from each other while the first still tries', async () => {
    const host = await simulatedHome('two');
    const { runId } = await prepareTasks(host, { ...request, execution: 'A' });
    await runTask(host, { task: 'bars', runId, execution: 'A' });
    await expect(runTask(failing(host), { task: 'features', runId, execution: 'A' })).rejects.toThrow('planted');
    expect((await loadRun(host.items, runId!)).run.status).toBe('running');
    // Neither another run nor another execution of the same gets in between.
    await expect(prepareTasks(host, { ...request, execution: 'B' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(prepareTasks(host, { ...request, runId, execution: 'B' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(daily(host, { sessionDate: SESSION })).rejects.toMatchObject({ code: 'conflict' });
    await runTask(host, { task: 'features', runId, execution: 'A' });
    await runTask(host, { task: 'models', runId, execution: 'A' });
    await runTask(host, { task: 'publish', runId, execution: 'A' });
    expect((await loadRun(host.items, runId!)).run).toMatchObject({ status: 'succeeded', error: null });
    host.close();
  });

  it('of one run: the one that gave up cannot fail, free or go on with what the other has taken up', async () => {
    const host = await simulatedHome('taken-up');
    const { runId } = await prepareTasks(host, { ...request, execution: 'A' });
    await runTask(host, { task: 'bars', runId, execution: 'A' });
    const error = { Error: 'States.Timeout', Cause: '' };
    await failRun(host, { runId, task: 'bars', execution: 'A', error });
    await prepareTasks(host, { ...request, runId, execution: 'B' });
    await runTask(host, { task: 'bars', runId, execution: 'B' });
    expect(await failRun(host, { runId, task: 'features', execution: 'A', error })).toMatchObject({ recorded: false });
    await expect(runTask(host, { task: 'features', runId, execution: 'A' })).rejects.toMatchObject({
      code: 'lease_lost',
    });
    expect(await leaseHolder(host.items, host.clock, 'NSE#daily')).toMatch(`run:${runId}/B/`);
    expect((await loadRun(host.items, runId!)).run.status).toBe('running');
    host.close();
  });

  it('that a schedule starts twice are one run; the second has nothing to do', async () => {
    const host = await simulatedHome('twice');
    await at(host, '2026-02-27T18:30:00');
    const scheduled = { kind: 'daily', triggeredBy: 'schedule' };
    expect(await prepareTasks(host, { ...scheduled, execution: 'A' })).toMatchObject({ decision: 'run' });
    expect(await prepareTasks(host, { ...scheduled, execution: 'B' })).toMatchObject({
      decision: 'skip',
      reason: expect.stringContaining('under way') as string,
      runId: null,
    });
    host.close();
  });

  it('prepares the day again after a first try that died before it stored its run', async () => {
    const host = await simulatedHome('died');
    await at(host, '2026-02-27T18:30:00');
    const scheduled = { kind: 'daily', triggeredBy: 'schedule', execution: 'A' };
    const dead = { name: 'run:NSE-20260227-daily-dead/A/prepare', isGone: () => false };
    await takeLease(host.items, host.clock, 'NSE#daily', dead);
    expect(await prepareTasks(host, scheduled)).toMatchObject({ decision: 'run' });
    host.close();
  });

  it('never calls a run failed that ended well before its failure was recorded, nor goes on with one that was given up', async () => {
    const host = await simulatedHome('ended-well');
    const { runId } = await prepareTasks(host, { ...request, execution: 'A' });
    await runTask(host, { task: 'bars', runId, execution: 'A' });
    const error = { Error: 'States.Timeout', Cause: '' };
    // The task that was given up ends the run in the moment before its failure is written.
    const late: typeof host = {
      ...host,
      items: {
        ...host.items,
        async put(item, when) {
          const rev = await host.items.put(item, when);
          if (item.pk === 'LEASE#NSE#daily' && String(item.body['owner']).endsWith('/fail')) {
            const { run } = await loadRun(host.items, runId!);
            await saveRun(host.items, { ...run, status: 'succeeded' });
          }
          return rev;
        },
      },
    };
    expect(await failRun(late, { runId, task: 'publish', execution: 'A', error })).toMatchObject({ recorded: false });
    expect((await loadRun(host.items, runId!)).run.status).toBe('succeeded');
    const next = await prepareTasks(host, { ...request, execution: 'B' });
    await failRun(host, { runId: next.runId, task: 'bars', execution: 'B', error });
    await expect(runTask(host, { task: 'bars', runId: next.runId, execution: 'B' })).rejects.toMatchObject({
      code: 'lease_lost',
    });
    expect(await leaseHolder(host.items, host.clock, 'NSE#daily')).toBeUndefined();
    host.close();
  });

  it('waits for an export, and does not give the day up for it', async () => {
    const host = await simulatedHome('exporting');
    await at(host, '2026-02-27T18:30:00');
    const owner = { name: 'export:aws dev', isGone: () => false };
    const lease = await takeLease(host.items, host.clock, 'NSE#daily', owner);
    const scheduled = { kind: 'daily', triggeredBy: 'schedule', execution: 'A' };
    expect(await prepareTasks(host, scheduled)).toMatchObject({ decision: 'wait', runId: null });
    await lease.release();
    expect(await prepareTasks(host, scheduled)).toMatchObject({ decision: 'run' });
    host.close();
  });

  it('leave no run behind that waits for ever: one that cannot begin is failed, one whose machine vanished is settled', async () => {
    const host = await simulatedHome('orphans');
    const { runId } = await prepareTasks(host, { ...request, execution: 'A' });
    const asked = await prepareRun(host, { kind: 'daily', sessionDate: SESSION, actor: actorNamed('api') });
    await expect(prepareTasks(host, { ...request, runId: asked.id, execution: 'B' })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect((await loadRun(host.items, asked.id)).run).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('already running') as string,
    });
    // The machine of A was aborted: its lease runs out, and the next run says what became of it.
    const later = { ...host, clock: { ...host.clock, nowMs: () => host.clock.nowMs() + 61 * 60_000 } };
    const next = await prepareTasks(later, { ...request, execution: 'C' });
    expect((await loadRun(host.items, runId!)).run).toMatchObject({ status: 'interrupted' });
    expect((await loadRun(host.items, next.runId!)).run.status).toBe('queued');
    host.close();
  });
});

describe('preparing a run', () => {
  it('runs when the bars are whole, waits until 23:00 for them, is late after, and skips closed days and done sessions', async () => {
    const host = await simulatedHome('due');
    const ask = async (exchangeTime: string, kind = 'daily') => {
      await at(host, exchangeTime);
      return prepareTasks(host, { kind, triggeredBy: 'schedule' });
    };
    const due = await ask('2026-02-27T18:30:00');
    expect(due).toMatchObject({ decision: 'run', sessionDate: SESSION });
    await failRun(host, { runId: due.runId, task: 'bars', error: { Error: 'planted', Cause: '' } });
    expect(await ask('2026-02-28T18:30:00')).toMatchObject({ decision: 'skip', runId: null });
    expect(await ask('2026-03-02T18:30:00')).toMatchObject({ decision: 'wait', sessionDate: '2026-03-02' });
    expect(await ask('2026-03-02T23:00:00')).toMatchObject({ decision: 'late' });
    expect(await ask('2026-02-28T10:20:00', 'hourly')).toMatchObject({ decision: 'skip' });
    await at(host, '2026-02-27T18:30:00');
    await runByTasks(host);
    expect(await ask('2026-02-27T18:45:00')).toMatchObject({ decision: 'skip' });
    await expect(ask('2031-02-27T18:45:00')).rejects.toMatchObject({ code: 'outside_calendar' });
    host.close();
  });

  it('skips what a schedule fires besides the times of the job, which knows no calendar', async () => {
    const host = await simulatedHome('fired');
    await saveProfile(host.items, { simulated: true, asOfMs: null });
    // 27 February 2026 closes at 15:30: the report is due at 15:35, whatever day the program runs on.
    const friday = { ...host, clock: { ...host.clock, nowMs: () => Date.parse('2026-02-27T10:12:00Z') } };
    const fired = (dueAt?: string) => prepareTasks(friday, { kind: 'post-market', triggeredBy: 'schedule', dueAt });
    expect(await fired('2026-02-27T10:10:00Z')).toMatchObject({
      decision: 'skip',
      reason: "2026-02-27T10:10:00Z is no time of the post-market run by the exchange's calendar",
    });
    expect(await fired('2026-02-27T10:05:00Z')).toMatchObject({ decision: 'run' });
    await expect(fired('15:35')).rejects.toMatchObject({ code: 'bad_input' });
    host.close();
  });

  it('is of the market that the schedule names, by its own calendar and its own bars', async () => {
    const host = await simulatedHome('us');
    // 18:30 in New York, where the 27th is a session too; in Mumbai it is the 28th, a Saturday.
    await saveProfile(host.items, { simulated: true, asOfMs: Date.parse('2026-02-27T18:30:00-05:00') });
    const event = { kind: 'daily', triggeredBy: 'schedule' };
    expect(await prepareTasks(host, event)).toMatchObject({ decision: 'skip', sessionDate: '2026-02-28' });
    // Its bars are not there: those of NSE are none of it.
    expect(await prepareTasks(host, { ...event, market: 'US' })).toMatchObject({
      ...{ decision: 'wait', sessionDate: '2026-02-27' },
    });
    await expect(prepareTasks(host, { ...event, market: 'LSE' })).rejects.toMatchObject({ code: 'bad_input' });
    host.close();
  });

  it('makes one run of one execution, however often it is asked', async () => {
    const host = await simulatedHome('once');
    const event = { kind: 'daily', triggeredBy: 'schedule', execution: 'execution-1' };
    await at(host, '2026-02-27T18:30:00');
    const first = await prepareTasks(host, event);
    expect(await prepareTasks(host, event)).toEqual(first);
    await runTask(host, { task: 'bars', runId: first.runId });
    expect(await prepareTasks(host, event)).toEqual(first);
    await expect(prepareTasks(host, { kind: 'weekly', triggeredBy: 'x' })).rejects.toMatchObject({ code: 'bad_input' });
    host.close();
  });
});

describe('the dead man’s check', () => {
  it('names the sessions whose run is overdue, and none while there is still time or once it succeeded', async () => {
    const host = await simulatedHome('dead-man');
    const overdue = async (exchangeTime: string): Promise<readonly string[]> => {
      await at(host, exchangeTime);
      return (await watchJobs(host, 'NSE', [], { wall: host.clock, market: host.clock })).sessions;
    };
    expect(await overdue('2026-02-27T23:00:00')).not.toContain(SESSION);
    expect(await overdue('2026-02-28T00:30:00')).toContain(SESSION);
    await daily(host, { sessionDate: SESSION });
    expect(await overdue('2026-02-28T00:30:00')).not.toContain(SESSION);
    expect(await overdue('2026-03-03T00:30:00')).toContain('2026-03-02');
    host.close();
  });
});

describe('the post-market run', () => {
  it('checks the record and writes the report of the day', async () => {
    const host = await simulatedHome('post-market');
    await daily(host, { sessionDate: SESSION });
    const { runId } = await prepareTasks(host, { kind: 'post-market', triggeredBy: 'test', sessionDate: SESSION });
    await runTask(host, { task: 'report', runId });
    const { run, steps } = await loadRun(host.items, runId!);
    expect(run.status).toBe('succeeded');
    expect(steps[0]!.figures['record']).toBe('holds');
    const item = await host.items.get({ table: 'product', pk: 'REPORT#NSE', sk: SESSION });
    const report = JSON.parse(new TextDecoder().decode(await host.objects.get(String(item!.body['object'])))) as {
      activeSignals: number;
      runs: unknown[];
      record: { ok: boolean; entries: number };
    };
    expect(report.runs).toEqual([expect.objectContaining({ kind: 'daily', status: 'succeeded' })]);
    expect(report.record).toMatchObject({ ok: true, entries: report.activeSignals });
    expect(report.activeSignals).toBeGreaterThan(0);
    host.close();
  });
});
