import { Cron } from 'croner';
import { makeOutbox } from '@aion/adapters/outbox/outbox';
import { errorMessage, type Clock, type SessionDate } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { listRuns, newestFullSession } from '@aion/pipeline';
import type { Embedded } from '../compose-embedded.ts';
import type { RunLauncher } from './run-launcher.ts';

/** The jobs of the exchange's day, in exchange time. The daily run is tried again until its bhavcopy is there. */
export const SCHEDULE = [
  { name: 'daily', pattern: '*/15 18-23 * * *', title: 'daily run from 18:30, waits for the bhavcopy until 23:00' },
  { name: 'hourly', pattern: '20 10-15 * * *', title: 'hourly refinement, five minutes after each hourly bar' },
] as const;

const DAILY_FROM_MINUTE = 18 * 60 + 30;
const DAILY_UNTIL_MINUTE = 23 * 60;
const MINUTES_PER_DAY = 24 * 60;

export type DailyDecision = 'too_early' | 'no_session' | 'done' | 'start' | 'wait' | 'missed';

/**
 * What the daily job does at an instant: it starts once the session's bars are whole, waits for them until 23:00, and then
 * gives the session up for the day (`missed`): someone has to be told.
 */
export function decideDaily(now: {
  readonly minuteOfDay: number;
  readonly isSession: boolean;
  readonly barsAreWhole: boolean;
  readonly succeeded: boolean;
}): DailyDecision {
  if (!now.isSession) return 'no_session';
  if (now.minuteOfDay < DAILY_FROM_MINUTE) return 'too_early';
  if (now.succeeded) return 'done';
  if (now.barsAreWhole) return 'start';
  return now.minuteOfDay < DAILY_UNTIL_MINUTE ? 'wait' : 'missed';
}

/**
 * Starts the jobs at their exchange times, on sessions only, and catches up a daily run that was missed while the machine was
 * off. A frozen clock has no schedule: nothing happens in it by itself.
 */
export async function startScheduler(
  embedded: Embedded,
  launcher: RunLauncher,
  marketClock: Clock,
): Promise<{ stop(): void; jobs: readonly { name: string; next: string | null }[] }> {
  const { asOfMs } = await embedded.profile();
  if (asOfMs !== null) return { stop() {}, jobs: [] };
  const calendar = loadCalendar('NSE');
  const alerted = new Set<SessionDate>();
  const work = {
    daily: async (today: SessionDate, isSession: boolean): Promise<void> => {
      const minutes = Math.floor(marketClock.nowMs() / 60_000) + calendar.utcOffsetMinutes;
      const choice = await newestFullSession(embedded.ingest, 'NSE');
      const decision = decideDaily({
        minuteOfDay: minutes % MINUTES_PER_DAY,
        isSession,
        barsAreWhole: choice?.sessionDate === today,
        succeeded: await hasSucceeded(embedded, today),
      });
      if (decision === 'start') await launcher.start({ kind: 'daily', sessionDate: today, triggeredBy: 'schedule' });
      if (decision !== 'missed' || alerted.has(today)) return;
      alerted.add(today);
      embedded.telemetry.log('error', 'no daily run today: its bhavcopy did not come', { sessionDate: today });
      await makeOutbox(embedded.items, embedded.clock).sendMail({
        to: 'operator',
        subject: `No daily run for ${today}`,
        text: `By 23:00 the bars of ${today} were not imported, so there was no daily run. Upload the bhavcopy on /admin and start the run there.`,
      });
    },
    hourly: async (today: SessionDate, isSession: boolean): Promise<void> => {
      if (isSession) await launcher.start({ kind: 'hourly', sessionDate: today, triggeredBy: 'schedule' });
    },
  };
  const run = (kind: 'daily' | 'hourly') => async (): Promise<void> => {
    try {
      const today = calendar.dateAt(marketClock.nowMs());
      await work[kind](today, calendar.covers(today) && calendar.isSession(today));
    } catch (error) {
      embedded.telemetry.log('error', 'a scheduled run could not be started', { kind, error: errorMessage(error) });
    }
  };
  const jobs = SCHEDULE.map(({ name, pattern }) => ({
    name,
    cron: new Cron(pattern, { timezone: calendar.timeZone, protect: true }, run(name)),
  }));
  await catchUp(embedded, launcher);
  return {
    stop: () => jobs.forEach(({ cron }) => cron.stop()),
    jobs: jobs.map(({ name, cron }) => ({ name, next: cron.nextRun()?.toISOString() ?? null })),
  };
}

async function hasSucceeded(embedded: Embedded, sessionDate: SessionDate): Promise<boolean> {
  const { runs } = await listRuns(embedded.items, 'NSE', { limit: 50 });
  return runs.some(({ run }) => run.kind === 'daily' && run.sessionDate === sessionDate && run.status === 'succeeded');
}

/** Starts the daily run of the newest whole session when no run of that session succeeded. */
async function catchUp(embedded: Embedded, launcher: RunLauncher): Promise<void> {
  const choice = await newestFullSession(embedded.ingest, 'NSE');
  if (choice === undefined) return;
  if (await hasSucceeded(embedded, choice.sessionDate)) return;
  await launcher.start({ kind: 'daily', sessionDate: choice.sessionDate, triggeredBy: 'catch-up' });
}
