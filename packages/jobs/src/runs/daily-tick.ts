import { errorMessage, type SessionDate } from '@aion/core';
import { newestFullSession } from '@aion/pipeline';
import { SCHEDULE } from '../actor.ts';
import type { Host } from '../host.ts';
import { type DailyDecision, decideDaily } from './decide-daily.ts';
import { hasSucceeded } from './prepare-execution.ts';
import type { RunRequest } from './execute-run.ts';

export interface DailyTick {
  readonly today: SessionDate;
  readonly minuteOfDay: number;
  readonly isSession: boolean;
  /** Sessions whose absence somebody was told of already. */
  readonly alerted: Set<SessionDate>;
  /** Brings the session's bars, if they are published by now. */
  readonly download: (sessionDate: SessionDate) => Promise<void>;
  /** Brings the session's bars from vendors, where the exchange's did not come. Throws where they have none. */
  readonly downloadFromVendors: (sessionDate: SessionDate) => Promise<void>;
  readonly startRun: (request: RunRequest) => Promise<unknown>;
}

/**
 * What the schedule does about today's daily run: it starts it when the session's bars are whole, downloads them while they are not,
 * from 23:00 on takes those of vendors instead, and tells the operator of the one or the other. What fails is tried again with the next tick.
 */
export async function dailyTick(host: Host, tick: DailyTick): Promise<DailyDecision> {
  const { today, minuteOfDay, isSession, alerted } = tick;
  const decide = async (): Promise<DailyDecision> => {
    const choice = await newestFullSession(host.ingest, 'NSE');
    const barsAreWhole = choice?.sessionDate === today;
    return decideDaily({ minuteOfDay, isSession, barsAreWhole, succeeded: await hasSucceeded(host, today) });
  };
  const attempt = async (whose: string, work: (date: SessionDate) => Promise<void>): Promise<string | null> => {
    try {
      await work(today);
      return null;
    } catch (error) {
      const context = { sessionDate: today, error: errorMessage(error) };
      host.telemetry.log(
        'warn',
        `the session's bars could not be had from ${whose}; the next tick tries again`,
        context,
      );
      return errorMessage(error);
    }
  };
  let decision = await decide();
  if (decision === 'wait' || decision === 'missed') {
    await attempt('the exchange', tick.download);
    decision = await decide();
  }
  let vendors: string | null = null;
  if (decision === 'missed') {
    vendors = await attempt('vendors', tick.downloadFromVendors);
    decision = await decide();
    if (decision === 'start')
      await host.tellOperator({
        subject: `The daily run for ${today} stands on vendors' bars`,
        text: `By 23:00 the exchange's file of ${today} was not there. The bars of its shares were taken from vendors, under their names; the file takes their place when it comes.`,
      });
  }
  if (decision === 'start') await tick.startRun({ kind: 'daily', sessionDate: today, actor: SCHEDULE });
  if (decision === 'missed' && !alerted.has(today)) {
    alerted.add(today);
    host.telemetry.log('error', 'no daily run today: its bhavcopy did not come', { sessionDate: today });
    await host.tellOperator({
      subject: `No daily run for ${today}`,
      text: [
        `By 23:00 the bars of ${today} were not there, or not of nine tenths of the usual symbols, so there was no daily run. Upload the bhavcopy on /admin and start the run there.`,
        ...(vendors === null ? [] : [`Vendors could not stand in: ${vendors}`]),
      ].join('\n'),
    });
  }
  return decision;
}
