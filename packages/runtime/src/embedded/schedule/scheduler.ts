import { Cron } from 'croner';
import { errorFields, toIso, type Clock } from '@aion/core';
import { clockKindOf } from '@aion/jobs';
import { makeSchedule, type JobTools } from '@aion/jobs/schedule';
import { firingsOf, nextAfter, TIMETABLE, type JobName } from '@aion/jobs/timetable';
import type { Heartbeat } from '@aion/jobs/health';
import { loadCalendar } from '@aion/market';
import { openBillingSource } from '../accounts/billing-source.ts';
import type { Embedded } from '../compose-embedded.ts';
import { tellFailure } from '../home/night-care.ts';
import type { LakeWorker } from '../lake-process/lake-worker.ts';
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
  const frozen = clockKindOf(await embedded.profile()) === 'frozen';
  const player = 'play' in market ? market : undefined;
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  const tools: JobTools = {
    exchange: 'NSE',
    marketClock: 'play' in market ? market.clock : market,
    runs: launcher,
    records: lake.records,
    openBilling: () => openBillingSource(process.env),
    async careAtNight() {
      try {
        await lake.careAtNight();
      } catch (error) {
        // What its process does it tells itself; that it could not, or was killed, nobody else would.
        if (!isStopping()) await tellFailure(embedded, 'the care for the home', error);
        throw error;
      }
    },
  };
  const calendar = loadCalendar(tools.exchange);
  const schedule = await makeSchedule(embedded, tools, isStopping);
  const isPlayed = (name: JobName): boolean => player !== undefined && TIMETABLE[name].clock === 'market';
  const timers = schedule.jobs
    .filter((name) => !isPlayed(name))
    .map((name) => ({
      name,
      timer: repeat(firingsOf(TIMETABLE[name]), calendar, embedded.clock, (dueMs) => schedule.fire(name, dueMs)),
    }));
  // A schedule whose timers do not come any more must not look like one that has nothing to do.
  heartbeat.expect();
  const beat = new Cron('* * * * *', { protect: true }, () => heartbeat.beat());
  const stop = (): void => {
    stopping.abort();
    beat.stop();
    for (const { timer } of timers) timer.stop();
  };
  try {
    if (!frozen) await schedule.catchUpDaily();
  } catch (error) {
    // Its timers would keep a process alive that could not start.
    stop();
    throw error;
  }
  const caughtUp = schedule
    .catchUp()
    .catch((error: unknown) =>
      embedded.telemetry.log('error', 'what was missed could not be caught up', errorFields(error)),
    );
  const played = schedule.jobs.filter(isPlayed);
  // What was missed comes first: the clock goes on from an instant whose jobs have been done.
  const end = caughtUp
    .then(() => player?.play(played, schedule.fire, stopping.signal))
    .catch((error: unknown) =>
      embedded.telemetry.log('error', 'the market is not played any further', errorFields(error)),
    );
  const nextOf = (name: JobName): number | null =>
    nextAfter(firingsOf(TIMETABLE[name]), calendar, tools.marketClock.nowMs());
  const listed = [
    ...timers.map(({ name, timer }) => ({ name, nextMs: timer.nextMs() })),
    ...played.map((name) => ({ name, nextMs: nextOf(name) })),
  ];
  return {
    ...{ stop, caughtUp, played: end },
    jobs: listed.map(({ name, nextMs }) => ({ name, next: nextMs === null ? null : toIso(nextMs) })),
  };
}
