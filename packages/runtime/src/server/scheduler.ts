import { Cron } from 'croner';
import { errorMessage, type Clock } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { listRuns, newestFullSession } from '@aion/pipeline';
import type { Embedded } from '../compose-embedded.ts';
import type { RunLauncher } from './run-launcher.ts';

/** The jobs of the exchange's day, in exchange time. */
export const SCHEDULE = [
  { name: 'daily', pattern: '30 18 * * *', title: 'daily run after the bhavcopy' },
  { name: 'hourly', pattern: '20 10-15 * * *', title: 'hourly refinement, five minutes after each hourly bar' },
] as const;

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
  const run = (kind: 'daily' | 'hourly') => async (): Promise<void> => {
    try {
      const today = calendar.dateAt(marketClock.nowMs());
      if (!calendar.covers(today) || !calendar.isSession(today)) return;
      await launcher.start({ kind, sessionDate: today, triggeredBy: 'schedule' });
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

/** Starts the daily run of the newest whole session when no run of that session succeeded. */
async function catchUp(embedded: Embedded, launcher: RunLauncher): Promise<void> {
  const choice = await newestFullSession(embedded.ingest, 'NSE');
  if (choice === undefined) return;
  const { runs } = await listRuns(embedded.items, 'NSE', { limit: 50 });
  const done = runs.some(
    ({ run }) => run.kind === 'daily' && run.sessionDate === choice.sessionDate && run.status === 'succeeded',
  );
  if (!done) await launcher.start({ kind: 'daily', sessionDate: choice.sessionDate, triggeredBy: 'catch-up' });
}
