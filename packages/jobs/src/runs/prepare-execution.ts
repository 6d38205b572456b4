import {
  EXCHANGES,
  type Exchange,
  RUN_KINDS,
  AppError,
  bodyOf,
  errorMessage,
  isAppError,
  SessionDate,
  type EpochMs,
  type StoredForm,
} from '@aion/core';
import { requireFlag } from '@aion/trading';
import { loadServingBundle, verifyBundle } from '@aion/forecast';
import { loadCalendar } from '@aion/market';
import {
  workLease,
  HAND_OVER_MS,
  lakeVersionOf,
  leaseHolder,
  listRunRecords,
  loadRun,
  newestFullSession,
  saveRun,
  takeLease,
  type RunRecord,
} from '@aion/pipeline';
import { z } from 'zod';
import { actorNamed, nameOf } from '../actor.ts';
import type { Host } from '../host.ts';
import { isDue, TIMETABLE } from '../timetable/index.ts';
import { clockOf } from '../market-profile.ts';
import { ensureModels } from './ensure-models.ts';
import { decideDaily } from './decide-daily.ts';
import { executionOwner, PREPARE } from './execution-owner.ts';
import { DEFAULT_EXCHANGE, planRun, type RunRequest } from './execute-run.ts';

/** What a schedule, the API or an operator asks a state machine for. */
export const PrepareEvent = z.object({
  kind: z.enum(RUN_KINDS),
  /** The name of an actor: a machine's input is text. */
  triggeredBy: z.string().min(1).max(200),
  market: z.enum(EXCHANGES).default(DEFAULT_EXCHANGE),
  sessionDate: SessionDate.nullish(),
  runId: z.string().nullish(),
  /** The instant of the schedule's firing: it fires on more days and minutes than the job is due. */
  dueAt: z.iso.datetime({ offset: true }).nullish(),
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
const NEWEST_RUNS = 50;
const UNPREPARED_MS = 15 * 60_000;

/**
 * Decides whether a run is due, takes its lease, and makes its record, pinned to the lake, the bundle and the program of now so
 * that each of its tasks reads the same. A schedule names no session: then it is today's, if the exchange trades, and a daily
 * run waits for its bars. Asked again by the same execution it answers the same. What it throws leaves no run behind.
 */
export async function prepareTasks(host: Host, event: unknown): Promise<Prepared> {
  const parsed = PrepareEvent.safeParse(event);
  if (!parsed.success)
    throw new AppError(
      'bad_input',
      `a run cannot be prepared from this: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`,
    );
  const { kind, market: exchange } = parsed.data;
  const actor = actorNamed(parsed.data.triggeredBy);
  const execution = parsed.data.execution ?? crypto.randomUUID();
  const runId = parsed.data.runId ?? undefined;
  const sessionDate = parsed.data.sessionDate ?? undefined;
  const scheduled = runId === undefined && sessionDate === undefined;
  const begun = await begunBy(host, execution);
  if (begun !== undefined) return toPrepared(begun);
  if (scheduled) {
    const due = await decide(host, exchange, kind, parsed.data.dueAt);
    if (due.decision !== 'run') return { ...due, runId: null };
    const holder = await leaseHolder(host.items, host.clock, workLease(exchange, kind));
    // An export holds the leases for minutes only: the day's run comes after it.
    const decision = kind === 'daily' && holder?.startsWith('export:') === true ? 'wait' : 'skip';
    if (holder !== undefined && !holder.endsWith(`/${execution}/${PREPARE}`))
      return {
        decision,
        reason: `a ${kind} run is under way (${holder})`,
        runId: null,
        sessionDate: due.sessionDate,
      };
    return begin(host, { kind, exchange, actor, sessionDate: due.sessionDate }, execution);
  }
  const request = {
    ...{ kind, exchange, actor },
    ...(runId === undefined ? {} : { runId }),
    ...(sessionDate === undefined ? {} : { sessionDate }),
  };
  return begin(host, request, execution);
}

const executionKey = (execution: string) => ({ table: 'ephemeral', pk: `EXECUTION#${execution}`, sk: 'RUN' }) as const;
const EXECUTION_KEPT_S = 7 * 86_400;
const Execution = z.strictObject({ runId: z.string() });
const EXECUTION: StoredForm<z.infer<typeof Execution>> = {
  what: 'run of an execution',
  v: 1,
  schema: Execution,
  advice: 'start the run again',
};

/** A function may be invoked twice for one state: the run that this execution has begun, if it has. */
async function begunBy(host: Host, execution: string): Promise<RunRecord | undefined> {
  const found = bodyOf(await host.items.get(executionKey(execution)), EXECUTION);
  return found === undefined ? undefined : (await loadRun(host.items, found.runId)).run;
}

const toPrepared = (run: RunRecord): Prepared => ({
  decision: 'run',
  reason: 'due',
  runId: run.id,
  sessionDate: run.sessionDate,
});

/** Takes the lease for this execution and leaves it to its tasks. A run that was asked for by name is failed when it cannot begin. */
async function begin(host: Host, request: RunRequest, execution: string): Promise<Prepared> {
  const planned = await planRun(host, request);
  const run: RunRecord = { ...planned, triggeredBy: planned.triggeredBy || nameOf(request.actor) };
  try {
    const lease = await takeLease(
      host.items,
      host.clock,
      workLease(run.exchange, run.kind),
      executionOwner(run.id, execution, PREPARE),
    );
    try {
      await settleAbandoned(host, run);
      await ensureModels(host);
      const { mode } = host.config;
      const bundle = await loadServingBundle(host, mode);
      if (run.kind === 'daily') await verifyBundle(host, mode, bundle);
      const pinned = {
        lakeVersion: await lakeVersionOf(host.ingest, run.exchange),
        bundleVersion: bundle.manifest.version,
        codeHash: host.codeHash(),
        execution,
      };
      // Whoever was slower than its own repetition stops here, before it writes anything.
      await lease.renew();
      await saveRun(host.items, { ...run, status: 'queued', error: null, finishedMs: null, pinned });
      const expiresAtS = Math.floor(host.clock.nowMs() / 1000) + EXECUTION_KEPT_S;
      await host.items.put({ ...executionKey(execution), v: EXECUTION.v, body: { runId: run.id }, expiresAtS });
      await lease.handOver(HAND_OVER_MS);
    } catch (error) {
      await lease.release();
      throw error;
    }
    return toPrepared(run);
  } catch (error) {
    // The API made this record before it asked: without an end it would wait for ever on every page.
    if (request.runId !== undefined && run.status === 'queued')
      await saveRun(host.items, {
        ...run,
        status: 'failed',
        error: errorMessage(error),
        finishedMs: host.clock.nowMs(),
      });
    throw error;
  }
}

/** Runs of this kind that say they are under way although the lease was free: their machine ended without a word. */
async function settleAbandoned(host: Host, own: RunRecord): Promise<void> {
  for (const found of await listRunRecords(host.items, own.exchange, NEWEST_RUNS)) {
    if (found.kind !== own.kind || found.id === own.id) continue;
    // One that was asked for and not prepared yet may still come.
    if (found.pinned === undefined && host.clock.nowMs() - found.startedMs < UNPREPARED_MS) continue;
    const { run } = await loadRun(host.items, found.id);
    if (run.status !== 'running' && run.status !== 'queued') continue;
    const error = 'its machine ended without saying how; retry takes it up where it was';
    await saveRun(host.items, { ...run, status: 'interrupted', error, finishedMs: host.clock.nowMs() });
  }
}

type Due = Omit<Prepared, 'runId'>;

async function decide(
  host: Host,
  exchange: Exchange,
  kind: RunRecord['kind'],
  dueAt: string | null | undefined,
): Promise<Due> {
  const calendar = loadCalendar(exchange);
  const profile = await host.profile();
  const nowMs: EpochMs = clockOf(profile, host.clock).nowMs();
  const sessionDate = calendar.dateAt(nowMs);
  const session = calendar.session(sessionDate);
  if (session.kind === 'closed') return { decision: 'skip', reason: `no session: ${session.reason}`, sessionDate };
  // A market whose clock stands still knows nothing of the instants at which schedules fire.
  const firedMs = dueAt === null || dueAt === undefined || profile.asOfMs !== null ? undefined : Date.parse(dueAt);
  if (firedMs !== undefined && !isDue(TIMETABLE[kind].beat, calendar, firedMs))
    return {
      decision: 'skip',
      reason: `${dueAt} is no time of the ${kind} run by the exchange's calendar`,
      sessionDate,
    };
  try {
    await requireFlag(host.items, 'scheduled-runs');
  } catch (error) {
    if (!isAppError(error, 'unavailable') || error.context['flag'] === undefined) throw error;
    return { decision: 'skip', reason: error.message, sessionDate };
  }
  if (kind !== 'daily') return { decision: 'run', reason: 'due', sessionDate };
  const minutes = calendar.localMinutesAt(nowMs);
  const choice = await newestFullSession(host.ingest, exchange);
  const decision = decideDaily({
    minuteOfDay: minutes % MINUTES_PER_DAY,
    isSession: true,
    barsAreWhole: choice?.sessionDate === sessionDate,
    succeeded: await hasSucceeded(host, exchange, sessionDate),
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
export async function hasSucceeded(
  host: Pick<Host, 'items'>,
  exchange: Exchange,
  sessionDate: SessionDate,
): Promise<boolean> {
  const runs = await listRunRecords(host.items, exchange, NEWEST_RUNS);
  return runs.some((run) => run.kind === 'daily' && run.sessionDate === sessionDate && run.status === 'succeeded');
}
