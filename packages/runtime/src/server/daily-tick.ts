import { errorMessage, type SessionDate } from '@aion/core';
import { newestFullSession } from '@aion/pipeline';
import type { Embedded } from '../compose-embedded.ts';
import { type DailyDecision, decideDaily } from '@aion/jobs/runs';
import { hasSucceeded } from '@aion/jobs/runs';
import type { RunLauncher } from './run-launcher.ts';

export interface DailyTick {
  readonly today: SessionDate;
  readonly minuteOfDay: number;
  readonly isSession: boolean;
  /** Sessions whose absence somebody was told of already. */
  readonly alerted: Set<SessionDate>;
  /** Brings the session's bars, if they are published by now. */
  readonly download: (sessionDate: SessionDate) => Promise<void>;
}

/**
 * What the schedule does about today's daily run: it starts it when the session's bars are whole, downloads them while they are not,
 * and after 23:00 tells the operator that they did not come. A download that fails is tried again with the next tick.
 */
export async function dailyTick(embedded: Embedded, launcher: RunLauncher, tick: DailyTick): Promise<DailyDecision> {
  const { today, minuteOfDay, isSession, alerted } = tick;
  const decide = async (): Promise<DailyDecision> => {
    const choice = await newestFullSession(embedded.ingest, 'NSE');
    const barsAreWhole = choice?.sessionDate === today;
    return decideDaily({ minuteOfDay, isSession, barsAreWhole, succeeded: await hasSucceeded(embedded, today) });
  };
  let decision = await decide();
  if (decision === 'wait') {
    try {
      await tick.download(today);
    } catch (error) {
      const context = { sessionDate: today, error: errorMessage(error) };
      embedded.telemetry.log('warn', "the session's bars could not be downloaded; the next tick tries again", context);
    }
    decision = await decide();
  }
  if (decision === 'start') await launcher.start({ kind: 'daily', sessionDate: today, triggeredBy: 'schedule' });
  if (decision === 'missed' && !alerted.has(today)) {
    alerted.add(today);
    embedded.telemetry.log('error', 'no daily run today: its bhavcopy did not come', { sessionDate: today });
    await embedded.tellOperator({
      subject: `No daily run for ${today}`,
      text: `By 23:00 the bars of ${today} were not there, or not of nine tenths of the usual symbols, so there was no daily run. Upload the bhavcopy on /admin and start the run there.`,
    });
  }
  return decision;
}

/** Asks the exchange for a session's file; does nothing where that source is turned off. */
export async function downloadSession(embedded: Embedded, sessionDate: SessionDate): Promise<void> {
  // The clients of a dozen vendors are not worth loading with every command.
  const [{ openSources }, { runBackfill }] = await Promise.all([
    import('../sources/open-sources.ts'),
    import('@aion/jobs/sources'),
  ]);
  const sources = await openSources(embedded);
  if (!sources.standing('nse').on) return;
  await runBackfill(embedded, sources, { from: sessionDate, to: sessionDate, retryFailed: true });
}
