import { AppError, errorMessage, hashOf, isAppError } from '@aion/core';
import type { PipelinePorts } from '../ports.ts';
import { takeLease, type HeldLease } from './lease.ts';
import { loadRun, saveRun, saveStep, type RunRecord, type StepRecord } from './run-record.ts';

/**
 * A stage is a function of ports and input. `input` and output are JSON; anything large is an object that they point to.
 * Running it twice with one input must give the same output and change nothing further.
 */
export interface Stage<In, Out> {
  readonly name: string;
  readonly title: string;
  run(input: In, context: StageContext): Promise<StageResult<Out>>;
}

export interface StageResult<Out> {
  readonly output: Out;
  /** What to show of it, for people. */
  readonly figures: Readonly<Record<string, number | string>>;
}

export interface StageContext {
  readonly ports: PipelinePorts;
  /** Values that later stages of this process may use instead of reading again. Never the only copy. */
  readonly memo: Map<string, unknown>;
  progress(done: number, total: number): void;
}

export type StepListener = (step: StepRecord, index: number, count: number) => void;

export interface StageRunner {
  /** Runs a stage, or takes the output of the same stage with the same input if it was finished before, in any run. */
  stage<In, Out>(stage: Stage<In, Out>, input: In): Promise<Out>;
  update(change: Partial<RunRecord>): Promise<void>;
  readonly run: RunRecord;
}

const PROGRESS_WRITE_MS = 1000;
/** How long a run keeps its lease between two of its tasks: a container takes minutes to start, parts of a stage run beside each other. */
export const HAND_OVER_MS = 60 * 60_000;

/** The stages that one task of a run does, both ends included. Those before were done by earlier tasks. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

/** Ends the work of a task at the end of its span. */
const SPAN_DONE = Symbol('the task has done its span');

/**
 * Runs `work` under the run's lease, recording each stage. A stage's key is the hash of its name, the program and its
 * input; a finished stage is never redone, so a killed run goes on where it was.
 */
export async function runStages(
  ports: PipelinePorts,
  initial: RunRecord,
  stages: readonly { readonly name: string; readonly title: string }[],
  listener: StepListener | undefined,
  work: (runner: StageRunner) => Promise<void>,
  span?: Span,
): Promise<RunRecord> {
  const first = span === undefined ? 0 : placeOf(stages, span.from);
  const last = span === undefined ? stages.length - 1 : placeOf(stages, span.to);
  const stored = first === 0 ? [] : (await loadRun(ports.items, initial.id)).steps;
  const steps: StepRecord[] = stages.map(
    ({ name, title }) => stored.find((step) => step.name === name) ?? waiting(name, title),
  );
  const lease = await takeLease(ports.items, ports.clock, `${initial.exchange}#${initial.kind}`, ports.owner);
  let run: RunRecord = { ...initial, status: 'running', owner: ports.owner.name, error: null, finishedMs: null };
  const memo = new Map<string, unknown>();
  const update = async (change: Partial<RunRecord>): Promise<void> => {
    if (hashOf({ ...run, ...change }) === hashOf(run)) return;
    run = { ...run, ...change };
    await saveRun(ports.items, run);
  };
  const record = async (index: number, change: Partial<StepRecord>, write: boolean): Promise<void> => {
    steps[index] = { ...steps[index]!, ...change };
    listener?.(steps[index], index, steps.length);
    if (write) await saveStep(ports.items, run.id, index, steps[index]);
  };

  const runner: StageRunner = {
    get run() {
      return run;
    },
    update,
    async stage(stage, input) {
      const index = steps.findIndex((step) => step.name === stage.name);
      if (index < 0) throw new Error(`stage ${stage.name} is not in the list of this run`);
      const key = hashOf({ stage: stage.name, code: ports.codeHash, input });
      if (index < first) return (await requireFinished(ports, initial.id, stage, key)) as never;
      await lease.renew();
      const startedMs = ports.clock.nowMs();
      await record(index, { status: 'running', startedMs, progress: null, error: null }, true);
      ports.crashPoint?.(`${stage.name}:start`);
      try {
        const finished = await loadFinished(ports, key);
        const result =
          finished ??
          (await runOnce(ports, stage, input, key, memo, lease, (change, write) => record(index, change, write)));
        ports.crashPoint?.(`${stage.name}:done`);
        await lease.renew();
        await record(
          index,
          {
            status: finished === undefined ? 'done' : 'reused',
            milliseconds: ports.clock.nowMs() - startedMs,
            progress: null,
            figures: result.figures,
          },
          true,
        );
        ports.telemetry.duration('stage', ports.clock.nowMs() - startedMs, { stage: stage.name });
        if (index === last && last < stages.length - 1) throw SPAN_DONE;
        // The output was written by this stage under the hash of its name, program and input.
        return result.output as Awaited<ReturnType<typeof stage.run>>['output'];
      } catch (error) {
        if (error === SPAN_DONE) throw error;
        await throwIfLost(lease, error);
        await record(
          index,
          { status: 'failed', milliseconds: ports.clock.nowMs() - startedMs, error: errorMessage(error) },
          true,
        );
        throw error;
      }
    },
  };

  await saveRun(ports.items, run);
  if (first === 0) for (const [index, step] of steps.entries()) await saveStep(ports.items, run.id, index, step);
  let handedOver = false;
  try {
    await work(runner);
    await lease.renew();
    await update({ status: 'succeeded', finishedMs: ports.clock.nowMs() });
    return run;
  } catch (error) {
    if (error === SPAN_DONE) {
      await lease.handOver(HAND_OVER_MS);
      handedOver = true;
      return run;
    }
    ports.telemetry.log('error', 'run failed', { runId: run.id, error: errorMessage(error) });
    await throwIfLost(lease, error);
    if (span !== undefined) {
      // Whoever sent the task may send it again: the run goes on until that one gives it up, and no other begins meanwhile.
      await lease.handOver(HAND_OVER_MS);
      handedOver = true;
      throw error;
    }
    await update({ status: 'failed', error: errorMessage(error), finishedMs: ports.clock.nowMs() });
    throw error;
  } finally {
    if (!handedOver) await lease.release();
  }
}

function placeOf(stages: readonly { readonly name: string }[], name: string): number {
  const index = stages.findIndex((stage) => stage.name === name);
  if (index < 0) throw new Error(`a span names the stage ${name}, which the run does not have`);
  return index;
}

/** The output of a stage that an earlier task of the run must have finished. */
async function requireFinished(
  ports: PipelinePorts,
  runId: string,
  stage: { readonly name: string },
  key: string,
): Promise<unknown> {
  const finished = await loadFinished(ports, key);
  if (finished !== undefined) return finished.output;
  throw new AppError(
    'missing_data',
    `stage ${stage.name} of run ${runId} has no output for this program and this input: it did not run, or a deployment, an import or a new configuration came between two tasks of the run; start the run again`,
  );
}

/**
 * The input that a job gives to one of its stages, from the outputs of those before it. Reads only: it takes no lease and
 * records nothing, so that many tasks may do it side by side.
 */
export async function inputOf<In>(
  ports: PipelinePorts,
  run: RunRecord,
  name: string,
  work: (runner: StageRunner) => Promise<void>,
): Promise<In> {
  let found: { input: unknown } | undefined;
  const runner: StageRunner = {
    run,
    update: async () => undefined,
    async stage(stage, input) {
      if (stage.name === name) {
        found = { input };
        throw SPAN_DONE;
      }
      const key = hashOf({ stage: stage.name, code: ports.codeHash, input });
      return (await requireFinished(ports, run.id, stage, key)) as never;
    },
  };
  try {
    await work(runner);
  } catch (error) {
    if (error !== SPAN_DONE) throw error;
  }
  if (found === undefined) throw new Error(`the job has no stage ${name}`);
  return found.input as In;
}

/** Whoever took the lease over records the run from here on: throws before this worker writes anything more of it. */
async function throwIfLost(lease: HeldLease, error: unknown): Promise<void> {
  if (isAppError(error, 'lease_lost')) throw error;
  await lease.renew();
}

async function loadFinished(ports: PipelinePorts, key: string): Promise<StageResult<unknown> | undefined> {
  const found = await ports.items.get(finishedKey(key));
  if (found === undefined) return undefined;
  try {
    const bytes = await ports.objects.get(String(found.body['object']));
    return JSON.parse(new TextDecoder().decode(bytes)) as StageResult<unknown>;
  } catch (error) {
    // The output was lost or damaged: the stage can make it again.
    if (!(error instanceof AppError && (error.code === 'not_found' || error.code === 'corrupt'))) throw error;
    ports.telemetry.log('warn', 'a stage output is lost and will be made again', { key, error: error.message });
    return undefined;
  }
}

async function runOnce<In, Out>(
  ports: PipelinePorts,
  stage: Stage<In, Out>,
  input: In,
  key: string,
  memo: Map<string, unknown>,
  lease: HeldLease,
  record: (change: Partial<StepRecord>, write: boolean) => Promise<void>,
): Promise<StageResult<Out>> {
  let lastWriteMs = ports.clock.monotonicMs();
  const pending: Promise<void>[] = [];
  const follow = (write: Promise<void>): void => {
    // Awaited below; until then a rejection must not count as unhandled.
    write.catch(() => undefined);
    pending.push(write);
  };
  const context: StageContext = {
    ports,
    memo,
    progress: (done, total) => {
      const now = ports.clock.monotonicMs();
      const change = { progress: { done, total } };
      if (now - lastWriteMs < PROGRESS_WRITE_MS) return follow(record(change, false));
      lastWriteMs = now;
      // Only the holder of the lease writes the record, so the lease comes first.
      follow(lease.renew().then(() => record(change, true)));
    },
  };
  const result = await stage.run(input, context);
  await Promise.all(pending);
  const bytes = new TextEncoder().encode(JSON.stringify(result));
  const ref = await ports.objects.put(`stages/${stage.name}`, bytes, '.json');
  ports.crashPoint?.(`${stage.name}:stored`);
  await ports.items.put({ ...finishedKey(key), v: 1, body: { object: ref.key } });
  return result;
}

const finishedKey = (key: string) => ({ table: 'product', pk: `STAGE#${key}`, sk: 'OUTPUT' }) as const;

function waiting(name: string, title: string): StepRecord {
  return {
    name,
    title,
    status: 'waiting',
    startedMs: null,
    milliseconds: null,
    progress: null,
    figures: {},
    error: null,
  };
}
