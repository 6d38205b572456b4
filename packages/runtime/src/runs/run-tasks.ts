import { AppError, errorMessage, hashOf, isAppError, type SessionDate } from '@aion/core';
import { makeStoredFeatureWorkers } from '@aion/adapters/workers/stored-shards';
import { dailyParts, JOB_PLANS, runDailyPart, type TaskPlan } from '@aion/jobs';
import { loadRun, saveRun, takeLease, type PipelinePorts, type RunRecord, type StepListener } from '@aion/pipeline';
import { z } from 'zod';
import type { Host } from '../host.ts';
import { JOBS } from './run-job.ts';

const RunId = z.string().regex(/^[A-Za-z0-9-]{3,80}$/);

/** What a state machine hands to the function or container that does a task of a run. */
export const TaskEvent = z.union([
  z.strictObject({
    task: z.literal('features-shard'),
    runId: RunId,
    shard: z.int().min(0),
    of: z.int().min(1).max(1000),
  }),
  z.strictObject({ task: z.string(), runId: RunId }),
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
  const { lakeVersion } = run.pinned;
  const ports = await taskPorts(host, run, hashOf(event).slice(0, 12));
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
  await JOBS[run.kind](ports, run, lakeVersion, listener, { from: plan.from, to: plan.to });
  if (plans[place + 1]?.sharded !== true) return { ...done, task };
  const parts = await dailyParts(ports, run, lakeVersion, host.config.symbolsPerTask);
  return { ...done, task, shards: Array.from({ length: parts }, (_, shard) => ({ shard, of: parts })) };
}

const ownerPrefix = (runId: string): string => `run:${runId}/`;

/**
 * The ports of one task. The tasks of a run follow each other, so whichever of them held the lease is gone when the next
 * one begins; one that still runs although its machine gave it up loses the lease and stops.
 */
async function taskPorts(host: Host, run: RunRecord, task: string): Promise<PipelinePorts> {
  const ports = await host.pipeline();
  const prefix = ownerPrefix(run.id);
  return {
    ...ports,
    owner: { name: `${prefix}${task}`, isGone: (other) => other.startsWith(prefix) },
    featureWorkers: makeStoredFeatureWorkers(
      {
        items: host.items,
        objects: host.objects,
        codeHash: ports.codeHash,
        nowS: () => Math.floor(host.clock.nowMs() / 1000),
      },
      ports.featureWorkers,
    ),
  };
}

/** What a state machine knows of the failure of one of its tasks. */
export const FailEvent = z.object({
  runId: RunId,
  task: z.string(),
  error: z.object({ Error: z.string().default('unknown'), Cause: z.string().default('') }),
});

/** Records that a run's machine gave it up, and frees its lease at once. A run that ended by itself stays as it is. */
export async function failRun(host: Host, event: unknown): Promise<{ runId: string; recorded: boolean }> {
  const { runId, task, error } = FailEvent.parse(event);
  const { run } = await loadRun(host.items, runId);
  if (run.status === 'succeeded') return { runId, recorded: false };
  const prefix = ownerPrefix(runId);
  const owner = { name: `${prefix}fail`, isGone: (other: string) => other.startsWith(prefix) };
  try {
    const lease = await takeLease(host.items, host.clock, `${run.exchange}#${run.kind}`, owner);
    await lease.release();
  } catch (failure) {
    if (!isAppError(failure, 'conflict')) throw failure;
    // Another run has the lease already: that one goes on, and this one is recorded all the same.
    host.telemetry.log('warn', 'the lease of a failed run is not its own', { runId, error: errorMessage(failure) });
  }
  const cause = run.error ?? `task ${task}: ${error.Error}: ${causeText(error.Cause)}`;
  await saveRun(host.items, { ...run, status: 'failed', error: cause, finishedMs: host.clock.nowMs() });
  host.telemetry.count('run_failed', 1, { kind: run.kind });
  host.telemetry.log('error', 'a run was given up', { runId, task, error: cause });
  return { runId, recorded: true };
}

const MAX_CAUSE = 500;

/** The message inside what Lambda or ECS reports as a cause. */
function causeText(cause: string): string {
  const message =
    /"errorMessage"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(cause)?.[1] ?? /"StoppedReason"\s*:\s*"([^"]*)"/.exec(cause)?.[1];
  return (message ?? cause).slice(0, MAX_CAUSE);
}
