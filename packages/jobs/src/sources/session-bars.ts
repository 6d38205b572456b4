import { errorMessage, isAppError, toEpochDay, type Exchange, type SessionDate } from '@aion/core';
import { loadCalendar, readManifest } from '@aion/market';
import { newestFullSession } from '@aion/pipeline';
import type { Host } from '../host.ts';
import { at } from '../timetable/beat.ts';
import { bringSession } from './bring-session.ts';
import type { RecordsDone } from './records-by-schedule.ts';
import { fetchIndexBars } from './index-bars.ts';
import { fetchSessionOfVendors } from './session-of-vendors.ts';
import type { Sources } from './sources.ts';

/** From then on vendors stand in for the exchange's file. */
const VENDORS_FROM = at('22:55');
const MINUTES_PER_DAY = 1440;

/**
 * Brings a session's bars, asked for again and again until they are there: the exchange's bhavcopy, from 22:55 on the bars of vendors, which
 * give way to the file when it comes and of which the operator is told; and the indices, which nobody stands in for and no run waits for.
 *
 * @returns `done` false while bars or indices are not there. A source that fails is asked again with the next firing: its words stand in the
 * figures.
 */
export async function bringSessionBars(
  host: Host,
  sources: Sources,
  exchange: Exchange,
  session: SessionDate,
): Promise<RecordsDone> {
  const figures: Record<string, string> = {};
  const attempt = async (whose: string, work: () => Promise<unknown>): Promise<void> => {
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
  };
  const bars = await bringShares(host, sources, exchange, session, attempt);
  if (bars !== undefined) figures['bars'] = bars;
  const indices = await bringIndices(host, sources, exchange, session, attempt);
  if (!indices) figures['indices'] ??= 'not there yet';
  return bars !== undefined && indices ? { figures } : { done: false, figures };
}

type Attempt = (whose: string, work: () => Promise<unknown>) => Promise<void>;

/** Whose bars the shares have; undefined while they are not whole. */
async function bringShares(
  host: Host,
  sources: Sources,
  exchange: Exchange,
  session: SessionDate,
  attempt: Attempt,
): Promise<string | undefined> {
  const isWhole = async (): Promise<boolean> =>
    (await newestFullSession(host.ingest, exchange))?.sessionDate === session;
  if (await isWhole()) return 'they were there';
  // Of no other exchange is there a file of the whole market.
  if (exchange === 'NSE') await attempt('the exchange', () => bringSession(host, sources, session));
  if (await isWhole()) return 'of the exchange';
  const calendar = loadCalendar(exchange);
  const minute = calendar.localMinutesAt(host.clock.nowMs()) % MINUTES_PER_DAY;
  if (calendar.dateAt(host.clock.nowMs()) === session && minute < VENDORS_FROM) return undefined;
  await attempt('vendors', () => fetchSessionOfVendors(host, sources, exchange, session));
  if (!(await isWhole())) return undefined;
  await host.tellOperator({
    subject: `The daily run for ${session} stands on vendors' bars`,
    text: `By 22:55 the exchange's file of ${session} was not there. The bars of its shares were taken from vendors, under their names; the file takes their place when it comes.`,
  });
  return 'of vendors';
}

/** Whether the session's indices are there, or nobody is to be asked for them. */
async function bringIndices(
  { ingest }: Host,
  sources: Sources,
  exchange: Exchange,
  session: SessionDate,
  attempt: Attempt,
): Promise<boolean> {
  if (exchange !== 'NSE' || !sources.standing('nse').on) return true;
  const areThere = async (): Promise<boolean> =>
    (await readManifest(ingest, exchange, 'index')).sessionDays.includes(toEpochDay(session));
  if (await areThere()) return true;
  await attempt('indices', () => fetchIndexBars({ ingest }, sources, exchange, session));
  return areThere();
}
