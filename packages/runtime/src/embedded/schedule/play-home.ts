import type { Clock } from '@aion/core';
import { clockKindOf, saveProfile, type Host, type MarketTime } from '@aion/jobs';
import { doRecordsJob, type Sources } from '@aion/jobs/sources';
import { playMarket, thinned, makeLedClock } from '@aion/jobs/schedule';
import { doesOf, firingsOf, TIMETABLE, type TimetableEntry } from '@aion/jobs/timetable';
import { loadCalendar } from '@aion/market';
import { makeSimulatedSources } from '../../sources/simulated-sources.ts';
import type { Embedded } from '../compose-embedded.ts';
import type { LakeWorker } from '../lake-process/lake-worker.ts';
import { sessionsToPlay, SIMULATION_SEED } from '../market/simulate.ts';
import type { Player } from './scheduler.ts';

export interface PlayOptions {
  /** How many times faster than the wall clock while the exchange is open. */
  readonly speed: number;
  /** Jobs that are due oftener are done only so often. */
  readonly leastGapMinutes: number;
  /** For tests: what stands between the simulated sources and the jobs. */
  readonly between?: (sources: Sources) => Sources;
}

/** A home whose simulated market is played: its time, who plays it, and the lake's worker with the simulated sources. */
export interface PlayedHome {
  readonly time: MarketTime;
  readonly player: Player;
  readonly lake: LakeWorker;
}

/**
 * What plays the simulated market of a home from where it was left; undefined where nothing is played. How far it has come is kept in the
 * home's profile, which every process reads; at its end the clock stands.
 */
export async function playHome(
  embedded: Embedded,
  lake: LakeWorker,
  { speed, leastGapMinutes, between = (sources) => sources }: PlayOptions,
): Promise<PlayedHome | undefined> {
  const profile = await embedded.profile();
  const { asOfMs, played } = profile;
  if (asOfMs === null || played === null) return undefined;
  const clock = makeLedClock(asOfMs, embedded.clock);
  const sources = between(makeSimulatedSources(sessionsToPlay(played, asOfMs), SIMULATION_SEED, clock));
  const host = hostAt(embedded, clock);
  let current = profile;
  const note = async (change: Partial<typeof profile>): Promise<void> => {
    current = { ...current, ...change };
    await saveProfile(embedded.items, current);
  };
  return {
    time: { clock, kind: () => clockKindOf(current) },
    lake: withSources(lake, host, sources),
    player: {
      clock,
      async play(jobs, fire, signal) {
        const { untilMs } = played;
        const isOver = await playMarket({
          ...{ clock, calendar: loadCalendar('NSE'), untilMs, speed, fire, signal },
          jobs: jobs.map((name) => {
            const entry: TimetableEntry = TIMETABLE[name];
            return { name, beat: entry.waits === undefined ? thinned(entry.beat, leastGapMinutes) : firingsOf(entry) };
          }),
          reached: (ms) => note({ asOfMs: ms }),
        });
        if (isOver) await note({ asOfMs: untilMs, played: null });
      },
    },
  };
}

/** The host as its market has it: what is fetched is known by the market's clock. Leases and runs go on by the wall clock. */
const hostAt = (embedded: Embedded, clock: Clock): Host => ({
  ...embedded,
  clock,
  ingest: { ...embedded.ingest, clock },
});

/** Sources that are simulated live in this process; alerts and features ask none, and compute: they are left to the worker's own. */
const withSources = (lake: LakeWorker, host: Host, sources: Sources): LakeWorker => ({
  ...lake,
  records: (job, date) =>
    doesOf(job, 'derived')
      ? lake.records(job, date)
      : doRecordsJob(host, () => Promise.resolve(sources), job, 'NSE', date),
});
