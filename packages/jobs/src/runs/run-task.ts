import { AppError, hashOf, isAppError, type SessionDate } from '@aion/core';
import { dailyParts, runDailyPart } from './daily.ts';
import { JOB_PLANS, type TaskPlan } from './task-plans.ts';
import {
  workLease,
  leaseHolder,
  loadRun,
  saveRun,
  takeLease,
  type HeldLease,
  type PipelinePorts,
  type RunRecord,
  type StepListener,
} from '@aion/pipeline';
import { z } from 'zod';
import type { Host } from '../host.ts';
import { executionOwner, executionPrefix } from './execution-owner.ts';
import { JOBS } from './execute-run.ts';

const RunId = z.string().regex(/^[A-Za-z0-9-]{3,80}$/);

/** The machine's execution; left out by an operator who does a task by hand. */
const Execution = z.string().min(1).max(120).optional();

/** What a state machine hands to the function or container that does a task of a run. */
export const TaskEvent = z.union([
  z.strictObject({
    task: z.literal('features-shard'),
    runId: RunId,
    execution: Execution,
    shard: z.int().min(0),
    of: z.int().min(1).max(1000),
  }),
  z.strictObject({ task: z.string(), runId: RunId, execution: Execution }),
]);
export type TaskEvent = z.infer<typeof TaskEvent>;

/** Small on purpose: a state's payload may hold 256 KB, and everything large is an object. */
export interface TaskResult {
  readonly runId: string;
  readonly sessionDate: SessionDate;
  readonly task: string;
  /** For the task that follows: the parts in which it is to be computed, one entry each. */
  readonly shards?: readonly { readonly shard: number; readonly of: number }[];
}

/**
 * Does one task of a run: the stages of its span, under the run's lease. Done again it finds its finished stages and does only
 * the rest. Throws AppError(bad_input) for an event that no machine sends, AppError(not_found) for an unknown run.
 *
 * @example await runTask(host, { task: 'features', runId: 'NSE-20260227-daily-1a2b3c4d', execution: 'e-1' });
 */
export async function runTask(host: Host, event: unknown, listener?: StepListener): Promise<TaskResult> {
  const parsed = TaskEvent.safeParse(event);
  if (!parsed.success)
    throw new AppError(
      'bad_input',
      `a task needs {task, runId}: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`,
    );
  const { runId } = parsed.data;
  const { run } = await loadRun(host.items, runId);
  if (run.pinned === undefined) {
    throw new AppError(
      'bad_input',
      `run ${runId} was not prepared for tasks; prepare it first, or run it whole with \`aion ${run.kind}\``,
    );
  }
  const { lakeVersion, execution } = run.pinned;
  if (parsed.data.execution !== undefined && parsed.data.execution !== execution) {
    throw new AppError(
      'lease_lost',
      `execution ${parsed.data.execution} no longer goes on with run ${runId}: ${execution} has taken it up`,
    );
  }
  if (run.status === 'failed' || run.status === 'interrupted') {
    throw new AppError('lease_lost', `run ${runId} was given up (${run.error}); start it again to go on with it`);
  }
  const ports = await taskPorts(host, run, execution, hashOf(event).slice(0, 12));
  if (ports.codeHash !== run.pinned.codeHash) {
    throw new AppError(
      'conflict',
      `this task runs program ${ports.codeHash.slice(0, 12)}, run ${runId} was prepared by ${run.pinned.codeHash.slice(0, 12)}: functions and container image are not of one build; deploy both, then start the run again`,
    );
  }
  const done = { runId, sessionDate: run.sessionDate };
  if ('shard' in parsed.data) {
    const { shard, of } = parsed.data;
    if (shard >= of) throw new AppError('bad_input', `shard ${shard} of ${of}: shards are numbered from 0`);
    await runDailyPart(ports, run, lakeVersion, { task: shard, of });
    return { ...done, task: 'features-shard' };
  }
  const { task } = parsed.data;
  const plans: readonly TaskPlan[] = JOB_PLANS[run.kind];
  const place = plans.findIndex((entry) => entry.name === task);
  const plan = plans[place];
  if (plan === undefined) {
    const names = plans.map(({ name }) => name).join(', ');
    throw new AppError('bad_input', `a ${run.kind} run has no task "${task}"; it has ${names}`);
  }
  // Sent again after the end: what the run has published stays as it is.
  if (run.status !== 'succeeded')
    await JOBS[run.kind](ports, run, lakeVersion, listener, { from: plan.from, to: plan.to });
  if (plans[place + 1]?.sharded !== true) return { ...done, task };
  const parts = await dailyParts(ports, run, lakeVersion, host.config.symbolsPerTask);
  return { ...done, task, shards: Array.from({ length: parts }, (_, shard) => ({ shard, of: parts })) };
}

/** The ports of one task, under its execution's lease, with the features that other tasks have computed. */
async function taskPorts(host: Host, run: RunRecord, execution: string, task: string): Promise<PipelinePorts> {
  const ports = await host.pipeline({ exchange: run.exchange });
  return {
    ...ports,
    owner: executionOwner(run.id, execution, task),
    featureWorkers: host.sharedFeatures(ports.featureWorkers),
  };
}

/** What a state machine knows of the failure of one of its tasks. */
export const FailEvent = z.object({
  runId: RunId,
  task: z.string(),
  execution: Execution,
  error: z.object({ Error: z.string().default('unknown'), Cause: z.string().default('') }),
});

/**
 * Records that a run's machine gave it up, and frees its lease at once. A run that ended by itself, or that another execution has
 * taken up in the meantime, stays as it is.
 */
export async function failRun(host: Host, event: unknown): Promise<{ runId: string; recorded: boolean }> {
  const { runId, task, error, execution } = FailEvent.parse(event);
  const { run } = await loadRun(host.items, runId);
  const own = execution ?? run.pinned?.execution ?? '';
  if (run.status === 'succeeded' || (run.pinned !== undefined && run.pinned.execution !== own))
    return { runId, recorded: false };
  const lease = await ownLease(host, run, own);
  // Only now: a task that outlived its machine may have ended the run in the meantime, and can no more.
  const { run: settled } = await loadRun(host.items, runId);
  if (settled.status === 'succeeded') {
    await lease?.release();
    return { runId, recorded: false };
  }
  const cause = `task ${task}: ${error.Error}: ${causeText(error.Cause)}`;
  await saveRun(host.items, { ...settled, status: 'failed', error: cause, finishedMs: host.clock.nowMs() });
  await lease?.release();
  host.telemetry.count('run_failed', 1, { kind: run.kind });
  host.telemetry.log('error', 'a run was given up', { runId, task, error: cause });
  return { runId, recorded: true };
}

/** Takes the lease over if it is this execution's or free: from then on no task of it writes the run's record. */
async function ownLease(host: Host, run: RunRecord, execution: string): Promise<HeldLease | undefined> {
  const name = workLease(run.exchange, run.kind);
  const holder = await leaseHolder(host.items, host.clock, name);
  if (holder !== undefined && !holder.startsWith(executionPrefix(run.id, execution))) return undefined;
  try {
    return await takeLease(host.items, host.clock, name, executionOwner(run.id, execution, 'fail'));
  } catch (failure) {
    if (!isAppError(failure, 'conflict')) throw failure;
    host.telemetry.log('warn', 'another run took the lease of a failed one', { runId: run.id, error: failure.message });
    return undefined;
  }
}

const MAX_CAUSE = 500;

/** The message inside what Lambda or ECS reports as a cause. */
function causeText(cause: string): string {
  const message =
    /"errorMessage"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(cause)?.[1] ?? /"StoppedReason"\s*:\s*"([^"]*)"/.exec(cause)?.[1];
  return (message ?? cause).slice(0, MAX_CAUSE);
}
