import { describe, expect, it } from 'vitest';
import { makeFixturePorts, runRecord, type FixturePorts } from '../../test/fixture-ports.ts';
import { takeLease } from './lease.ts';
import { loadRun, type RunRecord } from './run-record.ts';
import type { Stage, StageContext } from './stage.ts';
import { runStages } from './stage-runner.ts';

const STEPS = [
  { name: 'first', title: 'First' },
  { name: 'second', title: 'Second' },
];
type Work = (input: number, context: StageContext) => number | Promise<number>;

/** A job of two stages, the second fed by the first. `calls` counts what really ran. */
function makeJob(works: { first?: Work; second?: Work } = {}) {
  const calls = { first: 0, second: 0 };
  const stage = (name: 'first' | 'second', work: Work): Stage<number, number> => ({
    name,
    title: name,
    async run(input, context) {
      calls[name]++;
      const output = await work(input, context);
      return { output, figures: { output } };
    },
  });
  const first = stage('first', works.first ?? ((n) => n + 1));
  const second = stage('second', works.second ?? ((n) => n * 10));
  let result: number | undefined;
  const start = (ports: FixturePorts, input = 1, run: RunRecord = runRecord()): Promise<RunRecord> =>
    runStages(ports, run, STEPS, undefined, async function* (runner) {
      result = yield* runner.stage(second, yield* runner.stage(first, input));
    });
  return { calls, start, result: () => result };
}

const statuses = async (ports: FixturePorts, id = runRecord().id): Promise<string[]> => {
  const { run, steps } = await loadRun(ports.items, id);
  return [run.status, ...steps.map((step) => step.status)];
};

describe('the stage runner', () => {
  it('feeds each stage with the one before, records them and gives its lease back', async () => {
    const ports = makeFixturePorts();
    const job = makeJob();
    const run = await job.start(ports);
    expect(job.result()).toBe(20);
    expect(run).toMatchObject({ status: 'succeeded', error: null, owner: 'host:1' });
    expect(await statuses(ports)).toEqual(['succeeded', 'done', 'done']);
    await takeLease(ports.items, ports.clock, 'NSE#daily', ports.as('host:2').owner);
  });

  it('never does a finished stage again with the same input, in this run or in another', async () => {
    const ports = makeFixturePorts();
    const job = makeJob();
    await job.start(ports);
    await job.start(ports);
    await job.start(ports, 1, runRecord({ id: 'NSE-20260227-daily-2' }));
    expect(job.calls).toEqual({ first: 1, second: 1 });
    expect(await statuses(ports, 'NSE-20260227-daily-2')).toEqual(['succeeded', 'reused', 'reused']);
    expect(job.result()).toBe(20);
  });

  it('does a stage again when its input or the program changed', async () => {
    const ports = makeFixturePorts();
    const job = makeJob();
    await job.start(ports);
    await job.start(ports, 2);
    expect(job.calls).toEqual({ first: 2, second: 2 });
    await job.start({ ...ports, codeHash: 'other code' });
    expect(job.calls).toEqual({ first: 3, second: 3 });
  });

  it.each(['lost', 'damaged'])('makes an output again that was %s, and keeps the others', async (how) => {
    const ports = makeFixturePorts();
    const job = makeJob();
    await job.start(ports);
    const key = [...ports.objectMap.keys()].find((name) => name.startsWith('stages/first'))!;
    if (how === 'lost') ports.objectMap.delete(key);
    else ports.objectMap.set(key, new TextEncoder().encode('{"output":999,"figures":{}}'));
    await job.start(ports);
    expect(job.calls).toEqual({ first: 2, second: 1 });
    expect(await statuses(ports)).toEqual(['succeeded', 'done', 'reused']);
    expect(job.result()).toBe(20);
  });

  it('marks step and run failed with the cause; a retry goes on from there', async () => {
    const ports = makeFixturePorts();
    let broken = true;
    const job = makeJob({
      second: (n) => {
        if (broken) throw new Error('the disk is full');
        return n * 10;
      },
    });
    await expect(job.start(ports)).rejects.toThrow('the disk is full');
    const { run, steps } = await loadRun(ports.items, runRecord().id);
    expect(run).toMatchObject({ status: 'failed', error: 'the disk is full', finishedMs: ports.clock.nowMs() });
    expect(steps.map(({ status, error }) => [status, error])).toEqual([
      ['done', null],
      ['failed', 'the disk is full'],
    ]);
    broken = false;
    await job.start(ports, 1, run);
    expect(await statuses(ports)).toEqual(['succeeded', 'reused', 'done']);
    expect((await loadRun(ports.items, run.id)).run.error).toBeNull();
    expect(job.calls).toEqual({ first: 1, second: 2 });
  });

  it('refuses to start while another worker has the lease, and leaves that one alone', async () => {
    const ports = makeFixturePorts();
    const other = await takeLease(ports.items, ports.clock, 'NSE#daily', ports.as('host:2').owner);
    const job = makeJob();
    await expect(job.start(ports)).rejects.toMatchObject({ code: 'conflict' });
    expect(job.calls.first).toBe(0);
    await other.renew();
  });

  it('refuses a stage that its job does not list', async () => {
    const ports = makeFixturePorts();
    const unlisted: Stage<number, number> = {
      name: 'third',
      title: 'Third',
      run: async () => ({ output: 1, figures: {} }),
    };
    const run = runStages(ports, runRecord(), STEPS, undefined, async function* (runner) {
      yield* runner.stage(unlisted, 1);
    });
    await expect(run).rejects.toMatchObject({
      code: 'missing_data',
      message: expect.stringMatching(/third is not in the list.*not of one build/) as string,
    });
  });

  const listed = (name: string): Stage<number, number> => ({
    name,
    title: name,
    run: async (input) => ({ output: input, figures: {} }),
  });

  it.each([
    [
      'in another order than they are listed',
      ['second', 'first'],
      'the stage second where the list of this run has first',
    ],
    ['twice', ['first', 'first'], 'the stage first where the list of this run has second'],
    [
      'and once more behind the last',
      ['first', 'second', 'first'],
      'the stage first where the list of this run has the end',
    ],
    ['and leaves some out', ['first'], 'without these stages of its list: second'],
  ])('refuses a job that does its stages %s', async (_how, names, why) => {
    const ports = makeFixturePorts();
    const run = runStages(ports, runRecord(), STEPS, undefined, async function* (runner) {
      for (const name of names) yield* runner.stage(listed(name), 1);
    });
    await expect(run).rejects.toThrow(why);
    expect((await loadRun(ports.items, runRecord().id)).run).toMatchObject({ status: 'failed' });
  });
});

describe('a worker that lost its lease', () => {
  /** Another worker takes the run over in the middle of a stage and writes its own record. */
  async function takeOver(ports: FixturePorts): Promise<void> {
    ports.clock.advance(30_000);
    const job = makeJob();
    await job.start(ports.as('host:2'));
  }

  it.each([
    ['ends its stage', (): number => 5],
    [
      'fails in its stage',
      (): number => {
        throw new Error('too late');
      },
    ],
  ])('and %s stops there, and the record stays the winner’s', async (_name, end) => {
    const ports = makeFixturePorts();
    const job = makeJob({
      first: async () => {
        await takeOver(ports);
        return end();
      },
    });
    await expect(job.start(ports)).rejects.toMatchObject({ code: 'lease_lost' });
    expect(job.calls).toEqual({ first: 1, second: 0 });
    const { run } = await loadRun(ports.items, runRecord().id);
    expect(run).toMatchObject({ status: 'succeeded', owner: 'host:2', error: null });
    expect(await statuses(ports)).toEqual(['succeeded', 'done', 'done']);
  });

  it('learns of it while it works, at its next report of progress', async () => {
    const ports = makeFixturePorts();
    const job = makeJob({
      first: async (_n, context) => {
        await takeOver(ports);
        context.progress(1, 2);
        return 5;
      },
    });
    await expect(job.start(ports)).rejects.toMatchObject({ code: 'lease_lost' });
    expect(await statuses(ports)).toEqual(['succeeded', 'done', 'done']);
  });

  it('also does not call the run failed when it fails between two stages', async () => {
    const ports = makeFixturePorts();
    const late = runStages(ports, runRecord(), STEPS, undefined, async function* () {
      yield { index: 0 };
      await takeOver(ports);
      throw new Error('too late');
    });
    await expect(late).rejects.toMatchObject({ code: 'lease_lost' });
    expect((await loadRun(ports.items, runRecord().id)).run).toMatchObject({ status: 'succeeded', owner: 'host:2' });
  });

  it('keeps its lease through a long stage that reports progress', async () => {
    const ports = makeFixturePorts();
    const job = makeJob({
      first: async (n, context) => {
        for (let minute = 0; minute < 6; minute++) {
          ports.clock.advance(20_000);
          context.progress(minute, 6);
          await Promise.resolve();
        }
        await expect(makeJob().start(ports.as('host:2'))).rejects.toMatchObject({ code: 'conflict' });
        return n + 1;
      },
    });
    expect((await job.start(ports)).status).toBe('succeeded');
  });
});
