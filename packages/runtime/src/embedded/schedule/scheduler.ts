import { Cron } from 'croner';
import { errorMessage, toIso, type Clock } from '@aion/core';
import { clockKindOf } from '@aion/jobs';
import { hasSucceeded } from '@aion/jobs/runs';
import {
  clockOfJob,
  firingsOf,
  isByWallClock,
  lastUpTo,
  loadJobRecords,
  nextAfter,
  runJob,
  TIMETABLE,
  type JobName,
} from '@aion/jobs/timetable';
import type { Heartbeat } from '@aion/jobs/health';
import { loadCalendar } from '@aion/market';
import { newestFullSession } from '@aion/pipeline';
import type { Embedded } from '../compose-embedded.ts';
import type { LakeWorker } from '../lake-process/lake-worker.ts';
import { activeJobs } from './active-jobs.ts';
import { areRunsPaused, isRun, jobWork, type JobWork } from './job-work.ts';
import { repeat } from './repeat.ts';
import type { RunLauncher } from './run-launcher.ts';

/** The part of a schedule that leads a market's clock instead of waiting for the wall's. */
export interface Player {
  readonly clock: Clock;
  /** Plays these jobs from where the clock stands; ends when it is told to stop or there is nothing left. */
  play(
    jobs: readonly JobName[],
    fire: (name: JobName, dueMs: number) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
}

export interface Scheduler {
  readonly jobs: readonly { readonly name: string; readonly next: string | null }[];
  /** Resolves when what was missed while the machine was off has been caught up. */
  readonly caughtUp: Promise<void>;
  /** Resolves when a market that is played has come to its end or was stopped; at once where none is. */
  readonly played: Promise<void>;
  stop(): void;
}

/**
 * Starts the jobs of the timetable, and catches up what was missed while the machine was off: the daily run, then each job that came due,
 * in that order and once each. In a market whose clock is frozen no run starts by itself; the home is cared for all the same.
 *
 * @param market the clock that the market's jobs go by, or whoever plays the market
 */
export async function startScheduler(
  embedded: Embedded,
  launcher: RunLauncher,
  lake: LakeWorker,
  heartbeat: Heartbeat,
  market: Clock | Player,
): Promise<Scheduler> {
  const profile = await embedded.profile();
  const frozen = clockKindOf(profile) === 'frozen';
  const player = 'play' in market ? market : undefined;
  const marketClock = 'play' in market ? market.clock : market;
  const calendar = loadCalendar('NSE');
  let stopped = false;
  const work = jobWork({ embedded, launcher, lake, marketClock, isStopping: () => stopped });
  const clocks = { wall: embedded.clock, market: marketClock };
  /** Does a job for the newest instant that it was due at. What goes wrong is kept with the job. */
  const fire = async (name: JobName, job: JobWork, nowMs = 0): Promise<void> => {
    const clock = clockOfJob(name, clocks);
    const dueMs = lastUpTo(TIMETABLE[name].beat, calendar, Math.max(nowMs, clock.nowMs()));
    if (dueMs === null) return;
    if (isRun(name) && (await areRunsPaused(embedded.items))) {
      embedded.telemetry.log('info', 'a scheduled run is paused', { name });
      return;
    }
    try {
      await runJob(embedded, { market: 'NSE', job: name, dueMs }, clock, () => job(calendar.dateAt(dueMs)));
    } catch (error) {
      // What the end of the product cut off has not failed: it is taken up again with the next start.
      if (!stopped) embedded.telemetry.log('error', 'a scheduled job failed', { name, error: errorMessage(error) });
    }
  };
  const active = [...activeJobs(profile)].flatMap((name) => {
    const job = work[name];
    return job === null ? [] : [{ name, job }];
  });
  const isPlayed = (name: JobName): boolean => player !== undefined && !isByWallClock(name);
  const timed = active.filter(({ name }) => !isPlayed(name));
  const jobs = timed.map(({ name, job }) => ({
    name,
    timer: repeat(firingsOf(TIMETABLE[name]), calendar, embedded.clock, (dueMs) => fire(name, job, dueMs)),
  }));
  // A schedule whose timers do not come any more must not look like one that has nothing to do.
  heartbeat.expect();
  const beat = new Cron('* * * * *', { protect: true }, () => heartbeat.beat());
  const stopping = new AbortController();
  const stop = (): void => {
    stopped = true;
    stopping.abort();
    beat.stop();
    for (const { timer } of jobs) timer.stop();
  };

  /** The jobs that came due since they were last begun, the longest overdue first. */
  async function missed(): Promise<{ name: JobName; job: JobWork }[]> {
    const records = await loadJobRecords(embedded.items, 'NSE');
    const found = active.flatMap(({ name, job }) => {
      const record = records.get(name);
      const nowMs = clockOfJob(name, clocks).nowMs();
      const dueMs = lastUpTo(TIMETABLE[name].beat, calendar, nowMs);
      // The daily run is caught up by its sessions. A refinement of another day is refused: its bars say nothing of now.
      if (record === undefined || dueMs === null || name === 'daily') return [];
      if (name === 'hourly' && calendar.dateAt(dueMs) !== calendar.dateAt(nowMs)) return [];
      const began = record.outcome === 'never' ? record.startedMs : record.dueMs;
      // What failed, or was cut off with its process, is begun again; one that is still under way elsewhere is left alone.
      const isOpen = dueMs === record.dueMs && record.outcome !== 'done';
      return dueMs > began || isOpen ? [{ name, job, dueMs }] : [];
    });
    return found.sort((a, b) => a.dueMs - b.dueMs);
  }
  const catchUp = async (): Promise<void> => {
    const late = await missed();
    for (const { name, job } of late) if (!stopped) await fire(name, job);
    // Bars that came only now have no run yet.
    const broughtBars = late.some(({ name }) => name === 'session-bars');
    if (broughtBars && !stopped && !(await areRunsPaused(embedded.items))) await catchUpDaily(embedded, launcher);
  };

  try {
    if (!frozen && !(await areRunsPaused(embedded.items))) await catchUpDaily(embedded, launcher);
  } catch (error) {
    // Its timers would keep a process alive that could not start.
    stop();
    throw error;
  }
  const caughtUp = catchUp().catch((error: unknown) =>
    embedded.telemetry.log('error', 'what was missed could not be caught up', { error: errorMessage(error) }),
  );
  const works = new Map(active.map(({ name, job }) => [name, job]));
  const playedNames = active.flatMap(({ name }) => (isPlayed(name) ? [name] : []));
  // What was missed comes first: the clock goes on from an instant whose jobs have been done.
  const played = caughtUp
    .then(() => player?.play(playedNames, (name, dueMs) => fire(name, works.get(name)!, dueMs), stopping.signal))
    .catch((error: unknown) =>
      embedded.telemetry.log('error', 'the market is not played any further', { error: errorMessage(error) }),
    );
  const nextOf = (name: JobName): number | null => nextAfter(firingsOf(TIMETABLE[name]), calendar, marketClock.nowMs());
  const listed = [
    ...jobs.map(({ name, timer }) => ({ name, nextMs: timer.nextMs() })),
    ...playedNames.map((name) => ({ name, nextMs: nextOf(name) })),
  ];
  return {
    stop,
    caughtUp,
    played,
    jobs: listed.map(({ name, nextMs }) => ({ name, next: nextMs === null ? null : toIso(nextMs) })),
  };
}

/** Starts the daily run of the newest whole session when no run of that session succeeded. */
async function catchUpDaily(embedded: Embedded, launcher: RunLauncher): Promise<void> {
  const choice = await newestFullSession(embedded.ingest, 'NSE');
  if (choice === undefined) return;
  if (await hasSucceeded(embedded, choice.sessionDate)) return;
  await launcher.start({
    kind: 'daily',
    sessionDate: choice.sessionDate,
    actor: { kind: 'schedule', what: 'catch-up' },
  });
}
