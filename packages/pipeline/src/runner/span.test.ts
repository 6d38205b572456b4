import { describe, expect, it } from 'vitest';
import { isAppError } from '@aion/core';
import { makeFixturePorts, runRecord, type FixturePorts } from '../../test/fixture-ports.ts';
import { leaseHolder, takeLease } from './lease.ts';
import { createRun, loadRun } from './run-record.ts';
import type { Job, Stage } from './stage.ts';
import { replay } from './stage-output.ts';
import { runStages } from './stage-runner.ts';

const STEPS = ['first', 'second', 'third'].map((name) => ({ name, title: name }));
const LEASE = 'NSE#daily';

/** A job of three stages over several tasks. `calls` counts what really ran. */
function makeJob(start = 1) {
  const calls: string[] = [];
  const stage = (name: string, work: (n: number) => number): Stage<number, number> => ({
    name,
    title: name,
    async run(input) {
      calls.push(name);
      return { output: work(input), figures: { input } };
    },
  });
  let result: number | undefined;
  const upToSecond: Job<number> = async function* (runner) {
    const first = yield* runner.stage(
      stage('first', (n) => n + 1),
      start,
    );
    await runner.update({ snapshotId: `snapshot ${first}` });
    return first;
  };
  const upToThird: Job<number> = async function* (runner) {
    return yield* runner.stage(
      stage('second', (n) => n * 10),
      yield* upToSecond(runner),
    );
  };
  const job: Job = async function* (runner) {
    result = yield* runner.stage(
      stage('third', (n) => n - 1),
      yield* upToThird(runner),
    );
  };
  const task = async (ports: FixturePorts, from: string, to: string) => {
    await createRun(ports.items, runRecord()).catch((error: unknown) => {
      if (!isAppError(error, 'conflict')) throw error;
    });
    const { run } = await loadRun(ports.items, runRecord().id);
    return runStages(ports, run, STEPS, undefined, job, { from, to });
  };
  return { calls, job, upToSecond, upToThird, task, result: () => result };
}

/** A task of the run: the tasks of one run follow each other, so an earlier one is gone when the next begins. */
function taskOf(ports: FixturePorts, name: string): FixturePorts {
  const run = 'run:a/';
  return { ...ports, owner: { name: `${run}${name}`, isGone: (other) => other.startsWith(run) } };
}

describe('a run of several tasks', () => {
  it('does each stage once, in its own task, and ends as one run would', async () => {
    const ports = makeFixturePorts();
    const job = makeJob();
    expect(await job.task(taskOf(ports, '1'), 'first', 'first')).toMatchObject({ status: 'running' });
    expect(job.calls).toEqual(['first']);
    expect(await job.task(taskOf(ports, '2'), 'second', 'third')).toMatchObject({ status: 'succeeded' });
    expect(job.calls).toEqual(['first', 'second', 'third']);
    expect(job.result()).toBe(19);
    const { run, steps } = await loadRun(ports.items, runRecord().id);
    expect(run).toMatchObject({ status: 'succeeded', snapshotId: 'snapshot 2' });
    expect(steps.map(({ name, status }) => [name, status])).toEqual([
      ['first', 'done'],
      ['second', 'done'],
      ['third', 'done'],
    ]);
    expect(await leaseHolder(ports.items, ports.clock, LEASE)).toBeUndefined();
  });

  it('keeps its lease between two tasks, so that no other run starts in between', async () => {
    const ports = makeFixturePorts();
    const job = makeJob();
    await job.task(taskOf(ports, '1'), 'first', 'second');
    ports.clock.advance(10 * 60_000);
    expect(await leaseHolder(ports.items, ports.clock, LEASE)).toBe('run:a/1');
    await expect(takeLease(ports.items, ports.clock, LEASE, ports.owner)).rejects.toMatchObject({ code: 'conflict' });
    await job.task(taskOf(ports, '2'), 'third', 'third');
    await takeLease(ports.items, ports.clock, LEASE, ports.owner);
  });

  it('frees the lease of a run whose next task never came', async () => {
    const ports = makeFixturePorts();
    await makeJob().task(taskOf(ports, '1'), 'first', 'first');
    ports.clock.advance(60 * 60_000 + 1);
    await takeLease(ports.items, ports.clock, LEASE, ports.owner);
  });

  it('refuses a task whose earlier stage was never done, or was done by another program', async () => {
    const ports = makeFixturePorts();
    const job = makeJob();
    await expect(job.task(taskOf(ports, '1'), 'second', 'third')).rejects.toMatchObject({ code: 'missing_data' });
    await job.task(taskOf(ports, '2'), 'first', 'first');
    const deployed = { ...taskOf(ports, '3'), codeHash: 'newer code' };
    await expect(job.task(deployed, 'second', 'third')).rejects.toThrow(/stage first of run .* has no output/);
    expect(job.calls).toEqual(['first']);
  });

  it('repeats a task without doing its finished stages again', async () => {
    const ports = makeFixturePorts();
    const job = makeJob();
    await job.task(taskOf(ports, '1'), 'first', 'second');
    await job.task(taskOf(ports, '1 again'), 'first', 'second');
    expect(job.calls).toEqual(['first', 'second']);
  });

  it('tells the input of a stage without a lease and without a trace', async () => {
    const ports = makeFixturePorts();
    const job = makeJob();
    await job.task(taskOf(ports, '1'), 'first', 'first');
    const before = await loadRun(ports.items, runRecord().id);
    expect(await replay(ports, runRecord(), job.upToSecond)).toBe(2);
    expect(await loadRun(ports.items, runRecord().id)).toEqual(before);
    await expect(replay(ports, runRecord(), job.upToThird)).rejects.toMatchObject({ code: 'missing_data' });
  });

  it('leaves the job behind the last stage of its span: what the job holds is let go, and nothing behind it is done', async () => {
    const ports = makeFixturePorts();
    const seen: string[] = [];
    const holding: Job = async function* (runner) {
      try {
        yield* makeJob().job(runner);
        seen.push('went on');
      } finally {
        seen.push('let go');
      }
    };
    await createRun(ports.items, runRecord());
    await runStages(taskOf(ports, '1'), runRecord(), STEPS, undefined, holding, { from: 'first', to: 'second' });
    expect(seen).toEqual(['let go']);
    await runStages(taskOf(ports, '2'), runRecord(), STEPS, undefined, holding, { from: 'third', to: 'third' });
    expect(seen).toEqual(['let go', 'went on', 'let go']);
  });
});
