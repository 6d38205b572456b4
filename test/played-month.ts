import { AppError, type SessionDate } from '@aion/core';
import { executeRun, prepareRun } from '@aion/jobs/runs';
import { doRecordsJob, type RecordsJob, type Sources } from '@aion/jobs/sources';
import { at, JOB_NAMES } from '@aion/jobs/timetable';
import { loadCalendar } from '@aion/market';
import type { SourceName } from '@aion/market/sources';
import {
  makeLakeWorker,
  playHome,
  prepareSimulatedMarket,
  scheduleHeartbeat,
  SIMULATION_AS_OF,
  startScheduler,
  type Embedded,
  type LakeWorker,
  type RunLauncher,
} from '@aion/runtime';
import { newFolder, openHome } from './embedded-home.ts';

const calendar = loadCalendar('NSE');
/** The last alerts of a day. */
const LAST = at('22:08');

/** What happened in a market that was played. */
export interface PlayedMonth {
  readonly home: Embedded;
  /** A line for each session: what was done in it, how often, and what it came to. */
  readonly log: readonly string[];
}

/**
 * Plays the last sessions of a small simulated market at once, with every job in this process: in virtual time, by the timetable alone.
 *
 * @param onLastEvening is called when the last evening's jobs are done and the market still goes on
 * @param leastGapMinutes jobs that are due oftener are done so often only, which is quicker
 * @param between stands between the simulated sources and the jobs; it is told the market's date
 */
export async function playMonth(
  sessions: number,
  onLastEvening: (home: Embedded) => Promise<void>,
  between: (sources: Sources, today: () => SessionDate) => Sources,
  leastGapMinutes = 0,
): Promise<PlayedMonth> {
  const home = openHome(newFolder('month'), { AION_SIMULATED_SYMBOLS: '40', AION_SIMULATED_SESSIONS: '320' });
  await prepareSimulatedMarket(home, sessions);
  const done = new Map<SessionDate, Map<string, number>>();
  const note = (what: string): void => {
    const date = today();
    const counts = done.get(date) ?? new Map<string, number>();
    done.set(date, counts.set(what, (counts.get(what) ?? 0) + 1));
  };
  const launcher: RunLauncher = {
    async start(request) {
      const run = await prepareRun(home, request);
      note(run.kind);
      await executeRun(home, run);
      return { runId: run.id, alreadyRunning: false };
    },
    recover: async () => undefined,
    ended: async () => undefined,
    idle: async () => undefined,
    stop: () => undefined,
  };
  let nowMs = (): number => 0;
  const today = (): SessionDate => calendar.dateAt(nowMs());
  const none = (): Promise<never> => Promise.reject(new Error('alerts and features ask no source'));
  const lake: LakeWorker = {
    ...makeLakeWorker(home),
    records: (job, date) => doRecordsJob(home, none, job, 'NSE', date),
  };
  const play = (await playHome(home, lake, {
    speed: 1e9,
    leastGapMinutes,
    between: (sources) => between(sources, today),
  }))!;
  nowMs = () => play.time.clock.nowMs();
  const counted: LakeWorker = {
    ...play.lake,
    async records(job: RecordsJob, date) {
      note(job);
      const done = await play.lake.records(job, date);
      const isLast =
        job === 'alerts' && today() === SIMULATION_AS_OF && calendar.localMinutesAt(nowMs()) % 1440 === LAST;
      if (isLast) await onLastEvening(home);
      return done;
    },
  };
  const scheduler = await startScheduler(home, launcher, counted, scheduleHeartbeat(home), play.player);
  await scheduler.played;
  scheduler.stop();
  return { home, log: [...done].map(([date, counts]) => describe(date, counts)) };
}

/** @example describe('2026-02-27', new Map([['daily', 1]])) // '2026-02-27: daily 1' */
function describe(date: SessionDate, counts: ReadonlyMap<string, number>): string {
  return `${date}: ${JOB_NAMES.flatMap((name) => (counts.has(name) ? [`${name} ${counts.get(name)}`] : [])).join(', ')}`;
}

/** The sources, of which the exchange publishes a session's file on the evening of a later one only. */
export const fileLate =
  (session: SessionDate, publishedOn: SessionDate) =>
  (sources: Sources, today: () => SessionDate): Sources => ({
    ...sources,
    marketFiles() {
      const files = sources.marketFiles();
      return {
        ...files,
        sessionFile: async (date) =>
          date === session && today() < publishedOn
            ? { kind: 'not_published', tried: ['(planted)'] }
            : files.sessionFile(date),
      };
    },
  });

/** The sources, of which one does not answer from one session to another. */
export const downBetween =
  (name: SourceName, from: SessionDate, to: SessionDate) =>
  (sources: Sources, today: () => SessionDate): Sources => ({
    ...sources,
    records(asked) {
      if (asked === name && from <= today() && today() <= to)
        throw new AppError('unavailable', `${name}: no answer (planted)`, { retryable: true });
      return sources.records(asked);
    },
  });
