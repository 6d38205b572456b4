import { type Exchange, AppError, errorMessage, type SessionDate } from '@aion/core';
import { makeRunId, runDaily } from './daily.ts';
import { requireSession, sessionAt } from './session.ts';
import { runHourly } from './hourly.ts';
import { runPostMarket } from './post-market.ts';
import { loadServingBundle, verifyBundle } from '@aion/forecast';
import { loadCalendar } from '@aion/market';
import {
  createRun,
  lakeVersionOf,
  loadRun,
  newestFullSession,
  saveRun,
  type PipelinePorts,
  type RunKind,
  type RunRecord,
  type StepListener,
} from '@aion/pipeline';
import { nameOf, type Actor } from '../actor.ts';
import type { Host } from '../host.ts';
import { ensureModels } from './ensure-models.ts';
import { clockOf } from '../market-profile.ts';

/** Of runs that do not say whose they are. */
export const DEFAULT_EXCHANGE: Exchange = 'NSE';

export interface RunRequest {
  readonly kind: RunKind;
  /** NSE unless it is said; a run that is taken up again has its own. */
  readonly exchange?: Exchange;
  readonly sessionDate?: SessionDate;
  /** Whoever starts it; the run's record keeps the name. */
  readonly actor: Actor;
  /** An earlier run to take up again. */
  readonly runId?: string;
}

/** The record of a run that is to be made, or the one to take up again. Its session is the newest whole one (of an hourly run: now's) unless named. */
export async function planRun(host: Host, request: RunRequest): Promise<RunRecord> {
  if (request.runId !== undefined) {
    const { run } = await loadRun(host.items, request.runId);
    const { kind, sessionDate = run.sessionDate } = request;
    if (run.kind !== kind || run.sessionDate !== sessionDate) {
      throw new AppError(
        'bad_input',
        `run ${run.id} is the ${run.kind} run of ${run.sessionDate}, not the ${kind} run of ${sessionDate}; name the run or the date`,
      );
    }
    return run;
  }
  const { exchange = DEFAULT_EXCHANGE } = request;
  const sessionDate = request.sessionDate ?? (await defaultSession(host, exchange, request.kind));
  requireSession(loadCalendar(exchange), sessionDate);
  const startedMs = host.clock.nowMs();
  return {
    id: makeRunId(exchange, sessionDate, request.kind, startedMs, crypto.randomUUID()),
    kind: request.kind,
    exchange,
    sessionDate,
    status: 'queued',
    revision: null,
    snapshotId: null,
    triggeredBy: nameOf(request.actor),
    owner: '',
    startedMs,
    finishedMs: null,
    error: null,
    summary: null,
  };
}

/**
 * Makes the record of a run and stores it, or finds the one to take up again.
 *
 * @example
 * const run = await prepareRun(host, { kind: 'daily', sessionDate: '2026-02-27', actor: { kind: 'operator', name: 'asha' } });
 * await executeRun(host, run);
 */
export async function prepareRun(host: Host, request: RunRequest): Promise<RunRecord> {
  const run = await planRun(host, request);
  if (request.runId === undefined) await createRun(host.items, run);
  return run;
}

/** The newest whole session; for the others the session of now, whose daily bars may not exist yet. */
async function defaultSession(host: Host, exchange: Exchange, kind: RunKind): Promise<SessionDate> {
  const choice = await newestFullSession(host.ingest, exchange);
  if (choice === undefined)
    throw new AppError(
      'missing_data',
      'no bars are stored yet; import a bhavcopy or CSV first, or run `npm start` for the simulated market',
    );
  if (kind === 'daily') return choice.sessionDate;
  return sessionAt(loadCalendar(exchange), clockOf(await host.profile(), host.clock).nowMs());
}

export const JOBS = { daily: runDaily, hourly: runHourly, 'post-market': runPostMarket } as const;

/** Runs a prepared run in this process to its end. */
export async function executeRun(
  host: Host,
  run: RunRecord,
  options: { workers?: number; listener?: StepListener } = {},
): Promise<RunRecord> {
  await ensureModels(host);
  // An hourly run loads no graph, but prod serves nothing that its registry does not vouch for.
  await verifyBundle(host, host.config.mode, await loadServingBundle(host, host.config.mode));
  const { exchange } = run;
  const { workers } = options;
  const ports: PipelinePorts = await host.pipeline({ exchange, ...(workers !== undefined && { workers }) });
  const lakeVersion = await lakeVersionOf(host.ingest, exchange);
  try {
    return await JOBS[run.kind](ports, run, lakeVersion, options.listener);
  } catch (error) {
    // A run that never got its lease has no steps that would say why.
    const { run: stored } = await loadRun(host.items, run.id);
    if (stored.status === 'queued') {
      await saveRun(host.items, {
        ...stored,
        status: 'failed',
        error: errorMessage(error),
        finishedMs: host.clock.nowMs(),
      });
    }
    throw error;
  }
}

/** The newest whole session that the lake holds, for the freshness shown on every page. */
export async function lastBarDate(host: Pick<Host, 'ingest'>, exchange: Exchange): Promise<SessionDate | null> {
  return (await newestFullSession(host.ingest, exchange))?.sessionDate ?? null;
}
