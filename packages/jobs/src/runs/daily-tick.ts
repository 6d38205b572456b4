import { type Exchange, type SessionDate } from '@aion/core';
import { newestFullSession } from '@aion/pipeline';
import { SCHEDULE } from '../actor.ts';
import type { Host } from '../host.ts';
import { type DailyDecision, decideDaily } from './decide-daily.ts';
import { hasSucceeded } from './prepare-execution.ts';
import type { RunRequest } from './execute-run.ts';

export interface DailyTick {
  readonly exchange: Exchange;
  readonly today: SessionDate;
  readonly minuteOfDay: number;
  readonly isSession: boolean;
  /** Sessions whose absence somebody was told of already. */
  readonly alerted: Set<SessionDate>;
  readonly startRun: (request: RunRequest) => Promise<unknown>;
}

/**
 * What the schedule does about today's daily run: it starts it when the session's bars are whole, which another job brings, waits for them, and
 * tells the operator once when they were not there by 23:00. What comes after that is run all the same.
 */
export async function dailyTick(host: Host, tick: DailyTick): Promise<DailyDecision> {
  const { exchange, today, minuteOfDay, isSession, alerted } = tick;
  const choice = await newestFullSession(host.ingest, exchange);
  const barsAreWhole = choice?.sessionDate === today;
  const succeeded = await hasSucceeded(host, exchange, today);
  const decision = decideDaily({ minuteOfDay, isSession, barsAreWhole, succeeded });
  if (decision === 'start') await tick.startRun({ kind: 'daily', exchange, sessionDate: today, actor: SCHEDULE });
  if (decision === 'missed' && !alerted.has(today)) {
    alerted.add(today);
    host.telemetry.log('error', 'no daily run today: its bars did not come', { sessionDate: today });
    await host.tellOperator({
      subject: `No daily run for ${today}`,
      text: `By 23:00 the bars of ${today} were not there, or not of nine tenths of the usual symbols, neither from the exchange nor from vendors, so there was no daily run. Upload the bhavcopy on /admin and start the run there.`,
    });
  }
  return decision;
}
