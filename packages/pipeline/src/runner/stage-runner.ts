import { AppError, errorFields, errorMessage, hashOf, isAppError } from '@aion/core';
import type { PipelinePorts } from '../ports.ts';
import { workLease } from './work-lease.ts';
import { takeLease, type HeldLease } from './lease.ts';
import { makeRunMemory, type RunMemory } from './run-memory.ts';
import { loadRun, saveRun, saveStep, type RunRecord, type StepRecord } from './run-record.ts';
import type { Job, Stage, StageContext, StageResult, StageRunner } from './stage.ts';
import { loadFinished, outputKey, requireFinished, saveFinished } from './stage-output.ts';

export type StepListener = (step: StepRecord, index: number, count: number) => void;

const PROGRESS_WRITE_MS = 1000;
/** How long a run keeps its lease between two of its tasks: a container takes minutes to start, parts of a stage run beside each other. */
export const HAND_OVER_MS = 60 * 60_000;

/** The stages that one task of a run does, both ends included. Those before were done by earlier tasks. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

/**
 * Runs a job under the run's lease, recording each stage. A finished stage is never redone, so a killed run goes on where it was.
 * With a span the job is left behind the span's last stage, and the run keeps its lease for the task that goes on.
 *
 * @example const done = await runStages(ports, run, DAILY_STEPS, listener, (runner) => daily(runner, basis));
 */
export async function runStages(
  ports: PipelinePorts,
  initial: RunRecord,
  stages: readonly { readonly name: string; readonly title: string }[],
  listener: StepListener | undefined,
  job: Job,
  span?: Span,
): Promise<RunRecord> {
  const first = span === undefined ? 0 : placeOf(stages, span.from);
  const last = span === undefined ? stages.length - 1 : placeOf(stages, span.to);
  const stored = first === 0 ? [] : (await loadRun(ports.items, initial.id)).steps;
  const steps: StepRecord[] = stages.map(
    ({ name, title }) => stored.find((step) => step.name === name) ?? waiting(name, title),
  );
  const lease = await takeLease(ports.items, ports.clock, workLease(initial.exchange, initial.kind), ports.owner);
  let run: RunRecord = { ...initial, status: 'running', owner: ports.owner.name, error: null, finishedMs: null };
  const memory = makeRunMemory();
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

  const finish = async <In, Out>(stage: Stage<In, Out>, input: In, index: number): Promise<Out> => {
    await lease.renew();
    const startedMs = ports.clock.nowMs();
    await record(index, { status: 'running', startedMs, progress: null, error: null }, true);
    ports.crashPoint?.(`${stage.name}:start`);
    try {
      const key = outputKey(ports, stage, input);
      const finished = await loadFinished(ports, stage, key);
      const result =
        finished ??
        (await runOnce(ports, stage, input, key, memory, lease, (change, write) => record(index, change, write)));
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
      return result.output;
    } catch (error) {
      await throwIfLost(lease, error);
      await record(
        index,
        { status: 'failed', milliseconds: ports.clock.nowMs() - startedMs, error: errorMessage(error) },
        true,
      );
      throw error;
    }
  };

  let reached = 0;
  const runner: StageRunner = {
    get run() {
      return run;
    },
    update,
    async *stage(stage, input) {
      const index = steps.findIndex((step) => step.name === stage.name);
      if (index < 0) throw otherJob(`the stage ${stage.name} is not in the list of this run`);
      // Tasks of a cloud run are cut from the list: a job that goes another way would do a stage twice, or never.
      if (index !== reached) {
        const expected = steps[reached]?.name ?? 'the end';
        throw otherJob(`the job comes to the stage ${stage.name} where the list of this run has ${expected}`);
      }
      reached++;
      if (index < first) return await requireFinished(ports, initial.id, stage, input);
      const output = await finish(stage, input, index);
      yield { index };
      return output;
    },
  };

  await saveRun(ports.items, run);
  if (first === 0) for (const [index, step] of steps.entries()) await saveStep(ports.items, run.id, index, step);
  let handedOver = false;
  const handOver = async (): Promise<void> => {
    await lease.handOver(HAND_OVER_MS);
    handedOver = true;
  };
  try {
    for await (const { index } of job(runner)) {
      if (index !== last || last === stages.length - 1) continue;
      await handOver();
      return run;
    }
    const left = steps.slice(reached).map(({ name }) => name);
    if (left.length > 0) throw otherJob(`the job ended without these stages of its list: ${left.join(', ')}`);
    await lease.renew();
    await update({ status: 'succeeded', finishedMs: ports.clock.nowMs() });
    return run;
  } catch (error) {
    ports.telemetry.log('error', 'run failed', { runId: run.id, ...errorFields(error) });
    await throwIfLost(lease, error);
    if (span !== undefined) {
      // Whoever sent the task may send it again: the run goes on until that one gives it up, and no other begins meanwhile.
      await handOver();
      throw error;
    }
    await update({ status: 'failed', error: errorMessage(error), finishedMs: ports.clock.nowMs() });
    throw error;
  } finally {
    if (!handedOver) await lease.release();
  }
}

/** A job that is not the one of which the run's list was made: as good as certainly of another build. */
const otherJob = (what: string): AppError =>
  new AppError(
    'missing_data',
    `${what}: functions and container image are not of one build; deploy both, then start the run again, or report this line`,
  );

function placeOf(stages: readonly { readonly name: string }[], name: string): number {
  const index = stages.findIndex((stage) => stage.name === name);
  if (index < 0) throw otherJob(`a span names the stage ${name}, which the run does not have`);
  return index;
}

/** Whoever took the lease over records the run from here on: throws before this worker writes anything more of it. */
async function throwIfLost(lease: HeldLease, error: unknown): Promise<void> {
  if (isAppError(error, 'lease_lost')) throw error;
  await lease.renew();
}

async function runOnce<In, Out>(
  ports: PipelinePorts,
  stage: Stage<In, Out>,
  input: In,
  key: string,
  memory: RunMemory,
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
    memory,
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
  await saveFinished(ports, stage, key, result);
  return result;
}

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
