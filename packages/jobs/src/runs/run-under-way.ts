import { type Exchange, AppError, errorMessage } from '@aion/core';
import { workLease, leaseHolder, listRunRecords, loadRun, saveRun, type RunKind, type RunRecord } from '@aion/pipeline';
import { nameOf } from '../actor.ts';
import type { Host } from '../host.ts';
import { DEFAULT_EXCHANGE, prepareRun, type RunRequest } from './execute-run.ts';

const NEWEST_RUNS = 20;
const START_GRACE_MS = 60_000;

export interface StartedRun {
  readonly runId: string;
  /** It was under way before it was asked for. */
  readonly alreadyRunning: boolean;
}

/** How a host runs what is prepared, and knows what runs. */
export interface RunStarter {
  /** The run of a kind that is under way, if any. */
  underWay(exchange: Exchange, kind: RunKind): Promise<RunRecord | undefined>;
  /** Has a run's work begun elsewhere. `triggeredBy`: the name of who asks now, which of a run that is taken up is not that of its record. */
  start(run: RunRecord, triggeredBy: string): Promise<void>;
}

/**
 * Starts a run, or says which one is under way. One that cannot be started is recorded as failed.
 *
 * @throws AppError(conflict) while the run of another session is under way: answering with that would let this one be forgotten.
 * @example const { runId } = await startRun(host, { kind: 'daily', actor: OPERATOR }, starter);
 */
export async function startRun(host: Host, request: RunRequest, starter: RunStarter): Promise<StartedRun> {
  const exchange =
    request.runId === undefined
      ? (request.exchange ?? DEFAULT_EXCHANGE)
      : (await loadRun(host.items, request.runId)).run.exchange;
  const live = await starter.underWay(exchange, request.kind);
  if (live !== undefined) {
    if (request.sessionDate !== undefined && request.sessionDate !== live.sessionDate)
      throw new AppError(
        'conflict',
        `the ${live.kind} run of ${live.sessionDate} is under way (${live.id}); start that of ${request.sessionDate} when it has ended`,
        { retryable: true },
      );
    return { runId: live.id, alreadyRunning: true };
  }
  const run = await prepareRun(host, request);
  try {
    await starter.start(run, nameOf(request.actor));
  } catch (error) {
    const message = `it could not be started: ${errorMessage(error)}`;
    await saveRun(host.items, { ...run, status: 'failed', error: message, finishedMs: host.clock.nowMs() });
    throw error;
  }
  return { runId: run.id, alreadyRunning: false };
}

/** For a host whose runs are executions of state machines: the run whose tasks hold the lease of its kind. */
export async function runOfLease(
  host: Pick<Host, 'items' | 'clock'>,
  exchange: Exchange,
  kind: RunKind,
): Promise<RunRecord | undefined> {
  const holder = await leaseHolder(host.items, host.clock, workLease(exchange, kind));
  const runId = /^run:([^/]+)\//.exec(holder ?? '')?.[1];
  return runId === undefined ? undefined : (await loadRun(host.items, runId)).run;
}

/** For a host whose runs are processes: the run that says it is under way and whose process lives. */
export async function runOfProcess(
  host: Pick<Host, 'items' | 'clock' | 'owner'>,
  exchange: Exchange,
  kind: RunKind,
): Promise<RunRecord | undefined> {
  const runs = await listRunRecords(host.items, exchange, NEWEST_RUNS);
  return runs.find((run) => run.kind === kind && isOpen(run) && !isAbandoned(host, run));
}

const isOpen = ({ status }: RunRecord): boolean => status === 'running' || status === 'queued';

/** Whether a run that says it is under way is not: its process is gone, or was never begun. */
export function isAbandoned({ clock, owner }: Pick<Host, 'clock' | 'owner'>, run: RunRecord): boolean {
  if (run.status === 'running') return owner.isGone(run.owner);
  // Queued so lately its process may still be starting. A run of the future was queued before the clock was set back.
  return run.status === 'queued' && Math.abs(clock.nowMs() - run.startedMs) >= START_GRACE_MS;
}
