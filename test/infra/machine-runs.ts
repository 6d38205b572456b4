import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '@aion/core';
import { loadPointer, loadReadiness, loadRun, listRuns } from '@aion/pipeline';
import type { Embedded } from '@aion/runtime';
import { daily, removeFolders, simulatedHome, TWO_SHARDS } from '../embedded-home.ts';
import { executeMachine, type Handlers } from './execute-machine.ts';
import { realHandlers } from './real-handlers.ts';

const SESSION = '2026-02-27';
const REQUEST = { kind: 'daily', triggeredBy: 'test', sessionDate: SESSION };
const hashOfRun = async (host: Embedded): Promise<string> => {
  const { runs } = await listRuns(host.items, 'NSE', { limit: 1 });
  return runs[0]!.run.summary!.signalsHash;
};

/** The hash of an in-process run of a market, made once. */
function hashOfWhole(market: Record<string, string>): () => Promise<string> {
  let whole: Promise<string> | undefined;
  return () =>
    (whole ??= (async () => {
      const host = await simulatedHome('machine-whole', market);
      const { summary } = await daily(host, { sessionDate: SESSION });
      host.close();
      return summary!.signalsHash;
    })());
}
const wholeHash = hashOfWhole({});
const wideHash = hashOfWhole(TWO_SHARDS);

/** Handlers of which one fails with this the first `times` times it is called. */
function failing(handlers: Handlers, state: string, times: number, error: () => Error): Handlers {
  let left = times;
  return {
    ...handlers,
    [state]: (input) => {
      if (left-- > 0) throw error();
      return handlers[state]!(input);
    },
  };
}

/** The synthesised machines with the real stages, with a failure planted in each of these states. */
export function testMachineRuns(states: readonly string[]): void {
  afterAll(removeFolders);

  describe('the synthesised machines with the real stages', () => {
    it.each([
      ['one task', '1000', false],
      ['a map over shards', '30', true],
    ])('give the signals of the run in one piece, with the features in %s', async (_name, symbols, mapped) => {
      const host = await simulatedHome('machine', { ...TWO_SHARDS, AION_SYMBOLS_PER_TASK: symbols });
      const run = await executeMachine('daily', REQUEST, realHandlers(host));
      expect(run).toMatchObject({ status: 'succeeded', retries: {} });
      expect(run.visited.includes('FeaturesShards')).toBe(mapped);
      expect(await hashOfRun(host)).toBe(await wideHash());
      expect(await loadPointer(host.items, 'NSE')).toMatchObject({ sessionDate: SESSION, revision: 1 });
      const hourly = await executeMachine('hourly', { ...REQUEST, kind: 'hourly' }, realHandlers(host));
      expect(hourly.status).toBe('succeeded');
      expect((await loadReadiness(host, 'NSE'))!.bySignal.size).toBeGreaterThan(0);
      const report = await executeMachine('post-market', { ...REQUEST, kind: 'post-market' }, realHandlers(host));
      expect(report.status).toBe('succeeded');
      expect(report.largestPayload.bytes).toBeLessThan(4096);
      host.close();
    });

    it.each(states)('get over a failure of %s that passes, and publish what they would have', async (state) => {
      const host = await simulatedHome('machine-retry');
      const lost = (): Error =>
        Object.assign(new Error('planted'), { name: state === 'Models' ? 'ECS.AmazonECSException' : 'Aion.Retryable' });
      const run = await executeMachine('daily', REQUEST, failing(realHandlers(host), state, 2, lost));
      expect(run).toMatchObject({ status: 'succeeded', retries: { [state]: 2 } });
      expect(await hashOfRun(host)).toBe(await wholeHash());
      host.close();
    });

    it.each(states)(
      'record a failure of %s that stays on the run, publish nothing, and leave the way free for the next',
      async (state) => {
        const host = await simulatedHome('machine-fail');
        const handlers = realHandlers(host);
        const broken = (): Error => Object.assign(new Error('planted: the disk is full'), { name: 'Aion.corrupt' });
        const failed = await executeMachine('daily', REQUEST, failing(handlers, state, 99, broken));
        expect(failed.status).toBe('failed');
        const { runs } = await listRuns(host.items, 'NSE', { limit: 5 });
        expect(runs).toHaveLength(1);
        expect(runs[0]!.run).toMatchObject({ status: 'failed', error: expect.stringContaining('planted') as string });
        expect(await loadPointer(host.items, 'NSE')).toBeUndefined();
        const again = await executeMachine('daily', { ...REQUEST, runId: runs[0]!.run.id }, handlers);
        expect(again.status).toBe('succeeded');
        expect(await hashOfRun(host)).toBe(await wholeHash());
        const { run, steps } = await loadRun(host.items, runs[0]!.run.id);
        expect(run).toMatchObject({ status: 'succeeded', error: null });
        // What had been finished before the failure was not done again.
        if (state !== 'Bars') expect(steps[0]!.status).toBe('reused');
        host.close();
      },
    );

    it('fail by name, with nothing to record, when the run cannot even be prepared', async () => {
      const host = await simulatedHome('machine-unprepared');
      const gone: typeof host = {
        ...host,
        profile: () => Promise.reject(new AppError('unavailable', 'the tables do not answer')),
      };
      const run = await executeMachine('daily', { kind: 'daily', triggeredBy: 'schedule' }, realHandlers(gone));
      expect(run).toMatchObject({ status: 'failed', error: { Error: 'Aion.unavailable' } });
      expect(run.visited).not.toContain('RecordFailure');
      host.close();
    });
  });
}
