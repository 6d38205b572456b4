import { AppError, isAppError, requireFlag, SessionDate, type EpochMs } from '@aion/core';
import { loadServingBundle } from '@aion/forecast';
import { loadCalendar } from '@aion/market';
import {
  lakeVersionOf,
  leaseHolder,
  listRuns,
  loadRun,
  newestFullSession,
  saveRun,
  type RunRecord,
} from '@aion/pipeline';
import { z } from 'zod';
import type { Host } from '../host.ts';
import { clockOf } from '../home/market-profile.ts';
import { ensureModels } from './ensure-models.ts';
import { decideDaily } from './decide-daily.ts';
import { prepareRun } from './run-job.ts';

/** What a schedule, the API or an operator asks a state machine for. */
export const PrepareEvent = z.object({
  kind: z.enum(['daily', 'hourly', 'post-market']),
  triggeredBy: z.string().min(1).max(200),
  sessionDate: SessionDate.nullish(),
  runId: z.string().nullish(),
  /** Name of the machine's execution: makes a repeated request the same run. */
  execution: z.string().nullish(),
});

export interface Prepared {
  /** run: go on with runId; wait: ask again later; skip: there is nothing to do; late: the session is given up and someone must be told. */
  readonly decision: 'run' | 'wait' | 'skip' | 'late';
  readonly reason: string;
  readonly runId: string | null;
  readonly sessionDate: SessionDate;
}

const MINUTES_PER_DAY = 24 * 60;

/**
 * Decides whether a run is due and makes its record, pinned to the lake and the bundle of now so that each of its tasks reads
 * the same. A schedule names no session: then it is today's, if the exchange trades, and a daily run waits for its bars.
 */
export async function prepareTasks(host: Host, event: unknown): Promise<Prepared> {
  const parsed = PrepareEvent.safeParse(event);
  if (!parsed.success)
    throw new AppError(
      'bad_input',
      `a run cannot be prepared from this: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`,
    );
  const { kind, triggeredBy, execution } = parsed.data;
  const runId = parsed.data.runId ?? undefined;
  const sessionDate = parsed.data.sessionDate ?? undefined;
  if (runId === undefined && sessionDate === undefined) {
    const due = await decide(host, kind);
    if (due.decision !== 'run') return { ...due, runId: null };
    return pin(host, await named(host, { kind, triggeredBy, sessionDate: due.sessionDate }, execution ?? undefined));
  }
  const request = {
    kind,
    triggeredBy,
    ...(runId === undefined ? {} : { runId }),
    ...(sessionDate === undefined ? {} : { sessionDate }),
  };
  return pin(host, await named(host, request, execution ?? undefined));
}

/** A function may be invoked twice for one state: the second finds the run that the first made for this execution. */
async function named(
  host: Host,
  request: Parameters<typeof prepareRun>[1],
  execution: string | undefined,
): Promise<RunRecord> {
  if (request.runId !== undefined || execution === undefined) return prepareRun(host, request);
  const key = { table: 'ephemeral', pk: `EXECUTION#${execution}`, sk: 'RUN' } as const;
  const found = await host.items.get(key);
  if (found !== undefined) return (await loadRun(host.items, String(found.body['runId']))).run;
  const run = await prepareRun(host, request);
  const expiresAtS = Math.floor(host.clock.nowMs() / 1000) + 86_400;
  await host.items.put({ ...key, v: 1, body: { runId: run.id }, expiresAtS }, { kind: 'absent' });
  return run;
}

async function pin(host: Host, run: RunRecord): Promise<Prepared> {
  const holder = await leaseHolder(host.items, host.clock, `${run.exchange}#${run.kind}`);
  if (holder !== undefined && !holder.startsWith(`run:${run.id}/`)) {
    throw new AppError('conflict', `${run.exchange}#${run.kind} is already running (${holder}); wait for it to end`, {
      context: { owner: holder },
    });
  }
  await ensureModels(host);
  const bundle = await loadServingBundle(host, host.config.mode);
  const lakeVersion = await lakeVersionOf(host.ingest, 'NSE');
  await saveRun(host.items, {
    ...run,
    status: 'queued',
    error: null,
    finishedMs: null,
    pinned: { lakeVersion, bundleVersion: bundle.manifest.version },
  });
  return { decision: 'run', reason: 'due', runId: run.id, sessionDate: run.sessionDate };
}

type Due = Omit<Prepared, 'runId'>;

async function decide(host: Host, kind: RunRecord['kind']): Promise<Due> {
  const calendar = loadCalendar('NSE');
  const nowMs: EpochMs = clockOf(await host.profile(), host.clock).nowMs();
  const sessionDate = calendar.dateAt(nowMs);
  const session = calendar.session(sessionDate);
  if (session.kind === 'closed') return { decision: 'skip', reason: `no session: ${session.reason}`, sessionDate };
  try {
    await requireFlag(host.items, 'scheduled-runs');
  } catch (error) {
    if (!isAppError(error, 'unavailable') || error.context['flag'] === undefined) throw error;
    return { decision: 'skip', reason: error.message, sessionDate };
  }
  if (kind !== 'daily') return { decision: 'run', reason: 'due', sessionDate };
  const minutes = Math.floor(nowMs / 60_000) + calendar.utcOffsetMinutes;
  const choice = await newestFullSession(host.ingest, 'NSE');
  const decision = decideDaily({
    minuteOfDay: minutes % MINUTES_PER_DAY,
    isSession: true,
    barsAreWhole: choice?.sessionDate === sessionDate,
    succeeded: await hasSucceeded(host, sessionDate),
  });
  switch (decision) {
    case 'start':
      return { decision: 'run', reason: 'the bars are whole', sessionDate };
    case 'done':
    case 'no_session':
      return { decision: 'skip', reason: 'this session has its run', sessionDate };
    case 'too_early':
    case 'wait':
      return { decision: 'wait', reason: `the bars of ${sessionDate} are not there yet`, sessionDate };
    case 'missed':
      return {
        decision: 'late',
        reason: `by 23:00 the bars of ${sessionDate} were not imported: upload the bhavcopy and start the run by hand`,
        sessionDate,
      };
  }
}

/** Whether a daily run of a session has succeeded, among the newest runs. */
export async function hasSucceeded(host: Pick<Host, 'items'>, sessionDate: SessionDate): Promise<boolean> {
  const { runs } = await listRuns(host.items, 'NSE', { limit: 50 });
  return runs.some(({ run }) => run.kind === 'daily' && run.sessionDate === sessionDate && run.status === 'succeeded');
}
