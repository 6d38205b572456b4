import { errorMessage, isAppError, type Exchange, type SessionDate } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { newestFullSession } from '@aion/pipeline';
import type { Host } from '../host.ts';
import { at } from '../timetable/beat.ts';
import { bringSession } from './bring-session.ts';
import type { RecordsDone } from './records-by-schedule.ts';
import { fetchSessionOfVendors } from './session-of-vendors.ts';
import type { Sources } from './sources.ts';

/** From then on vendors stand in for the exchange's file. */
const VENDORS_FROM = at('22:55');
const MINUTES_PER_DAY = 1440;

/**
 * Brings a session's bars: the exchange's bhavcopy and indices, asked for again and again until they are there; from 22:55 on those of vendors, which
 * give way to the file when it comes, and the operator is told.
 *
 * @returns `done` false while the bars are not whole. A source that fails is asked again with the next firing: its words stand in the figures.
 */
export async function bringSessionBars(
  host: Host,
  sources: Sources,
  exchange: Exchange,
  session: SessionDate,
): Promise<RecordsDone> {
  const isWhole = async (): Promise<boolean> =>
    (await newestFullSession(host.ingest, exchange))?.sessionDate === session;
  const figures: Record<string, string> = {};
  const attempt = async (whose: string, work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
    } catch (error) {
      if (!isAppError(error)) throw error;
      figures[whose] = errorMessage(error);
      host.telemetry.log('warn', `the session's bars could not be had from ${whose}; the next firing tries again`, {
        sessionDate: session,
        error: errorMessage(error),
      });
    }
    return isWhole();
  };
  if (await isWhole()) return { figures: { bars: 'they were there' } };
  if (await attempt('the exchange', () => bringSession(host, sources, session)))
    return { figures: { bars: 'of the exchange' } };
  const calendar = loadCalendar(exchange);
  const minute = calendar.localMinutesAt(host.clock.nowMs()) % MINUTES_PER_DAY;
  if (calendar.dateAt(host.clock.nowMs()) === session && minute < VENDORS_FROM) return { done: false, figures };
  if (!(await attempt('vendors', () => fetchSessionOfVendors(host, sources, exchange, session))))
    return { done: false, figures };
  await host.tellOperator({
    subject: `The daily run for ${session} stands on vendors' bars`,
    text: `By 23:00 the exchange's file of ${session} was not there. The bars of its shares were taken from vendors, under their names; the file takes their place when it comes.`,
  });
  return { figures: { ...figures, bars: 'of vendors' } };
}
