import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRun, saveRun, takeLease, type RunRecord } from '@aion/pipeline';
import { removeFolders, simulatedHome, TESTER } from '../../../../test/embedded-home.ts';
import type { Host } from '../host.ts';
import { prepareRun, type RunRequest } from './execute-run.ts';
import { isAbandoned, runOfLease, runOfProcess, startRun, type RunStarter } from './run-under-way.ts';

let home: Host & { close(): void };
let started: [id: string, by: string][];
beforeEach(async () => {
  home = await simulatedHome('under-way');
  started = [];
});
afterEach(() => home.close());
afterAll(removeFolders);

const request = (change: Partial<RunRequest> = {}): RunRequest => ({ kind: 'daily', actor: TESTER, ...change });
const starter = (live?: RunRecord): RunStarter => ({
  underWay: async () => live,
  start: async ({ id }, by) => void started.push([id, by]),
});

describe('a run that is asked for', () => {
  it('is prepared and started, in the name of who asks', async () => {
    const { runId, alreadyRunning } = await startRun(home, request(), starter());
    expect(alreadyRunning).toBe(false);
    expect(started).toEqual([[runId, 'test']]);
    expect((await loadRun(home.items, runId)).run).toMatchObject({ status: 'queued', triggeredBy: 'test' });
    // Taken up by another: its record keeps who began it.
    await startRun(home, request({ runId, actor: { kind: 'user', email: 'a@example.org' } }), starter());
    expect(started[1]).toEqual([runId, 'a@example.org']);
    expect((await loadRun(home.items, runId)).run.triggeredBy).toBe('test');
    // It is of its own exchange, also where whoever takes it up does not say so.
    const { run } = await loadRun(home.items, runId);
    await saveRun(home.items, { ...run, exchange: 'US' });
    const asked: string[] = [];
    const underWay = (exchange: string): Promise<undefined> => {
      asked.push(exchange);
      return Promise.resolve(undefined);
    };
    await startRun(home, request({ runId }), { ...starter(), underWay });
    expect(asked).toEqual(['US']);
  });

  it('is that which is under way; while that is of another session it is refused, and no record is made', async () => {
    const live = await prepareRun(home, request());
    expect(await startRun(home, request(), starter(live))).toEqual({ runId: live.id, alreadyRunning: true });
    await expect(startRun(home, request({ sessionDate: '2026-02-26' }), starter(live))).rejects.toMatchObject({
      code: 'conflict',
      retryable: true,
      message: expect.stringMatching(/run of 2026-02-27 is under way .*start that of 2026-02-26 when/) as string,
    });
    expect(started).toEqual([]);
  });

  it('and cannot be started is recorded as failed', async () => {
    let id = '';
    const broken: RunStarter = {
      ...starter(),
      start(run) {
        id = run.id;
        return Promise.reject(new Error('nobody answers'));
      },
    };
    await expect(startRun(home, request(), broken)).rejects.toThrow('nobody answers');
    const { run } = await loadRun(home.items, id);
    expect(run).toMatchObject({ status: 'failed', error: 'it could not be started: nobody answers' });
  });
});

describe('which run is under way', () => {
  const gone = () => ({ items: home.items, clock: home.clock, owner: { name: 'here', isGone: () => true } });

  it('is told by the record and its process, where runs are processes', async () => {
    const run = await prepareRun(home, request());
    expect(await runOfProcess(home, 'NSE', 'daily')).toEqual(run);
    expect(await runOfProcess(home, 'NSE', 'hourly')).toBeUndefined();
    // Queued, and begun by no process within a minute.
    const old = { ...run, startedMs: run.startedMs - 60_000 };
    expect([isAbandoned(home, run), isAbandoned(home, old)]).toEqual([false, true]);
    await saveRun(home.items, { ...run, status: 'running' });
    expect((await runOfProcess(home, 'NSE', 'daily'))?.id).toBe(run.id);
    expect(await runOfProcess(gone(), 'NSE', 'daily')).toBeUndefined();
    await saveRun(home.items, { ...run, status: 'succeeded' });
    expect(await runOfProcess(home, 'NSE', 'daily')).toBeUndefined();
  });

  it('is told by the lease, where runs are executions of machines', async () => {
    const run = await prepareRun(home, request());
    expect(await runOfLease(home, 'NSE', 'daily')).toBeUndefined();
    const task = { name: `run:${run.id}/e-1/features`, isGone: () => false };
    const lease = await takeLease(home.items, home.clock, 'NSE#daily', task);
    expect((await runOfLease(home, 'NSE', 'daily'))?.id).toBe(run.id);
    expect(await runOfLease(home, 'NSE', 'hourly')).toBeUndefined();
    await lease.release();
    // An export holds the leases too, and is no run.
    await takeLease(home.items, home.clock, 'NSE#daily', { name: 'export:1', isGone: () => false });
    expect(await runOfLease(home, 'NSE', 'daily')).toBeUndefined();
  });
});
