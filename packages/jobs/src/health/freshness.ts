import { DAY_MS, fromEpochDay, HOUR_MS, toEpochDay, type EpochMs, type Exchange, type SessionDate } from '@aion/core';
import { loadCalendar, newestFullSessionOf, readManifest, type ExchangeCalendar } from '@aion/market';
import type { RecordKind } from '@aion/market/records';
import { loadReadiness } from '@aion/pipeline';
import type { Host } from '../host.ts';
import { lastAnswerMs } from '../sources/asked.ts';
import { loadJobRecords, type JobName } from '../timetable/index.ts';

/** What the product has of something that it lives on, and what is lacking without it. */
export interface Freshness {
  readonly name: string;
  readonly title: string;
  /** `fresh`: as new as it should be. `stale`: older. `none`: there was never any. */
  readonly state: 'fresh' | 'stale' | 'none';
  /** Up to when it is there: the close of the newest session, or when a source last answered for it. */
  readonly newestMs: EpochMs | null;
  /** What its absence or age costs a reader. */
  readonly cost: string;
}

interface Capability {
  readonly name: string;
  readonly title: string;
  readonly cost: string;
  newest(look: Look): Promise<EpochMs | null>;
  /** The oldest that still counts as fresh. */
  dueMs(look: Look): EpochMs;
}

/** What is looked at, and when. */
interface Look {
  readonly host: Pick<Host, 'items' | 'objects'>;
  readonly exchange: Exchange;
  readonly calendar: ExchangeCalendar;
  readonly nowMs: EpochMs;
}

/** A session's bars and lists are there some hours after its close. */
const EVENING_MS = 8 * HOUR_MS;

/** The close of the last session whose evening is over; where the calendar has ended, its last. */
function lastSettledCloseMs({ calendar, nowMs }: Look): EpochMs {
  const today = Math.min(toEpochDay(calendar.dateAt(nowMs)), calendar.lastDay);
  for (let date: SessionDate = fromEpochDay(today); ; date = calendar.previousSession(date)) {
    const session = calendar.session(date);
    if (session.kind !== 'closed' && session.closeMs + EVENING_MS <= nowMs) return session.closeMs;
  }
}

const closeMsOf = (calendar: ExchangeCalendar, date: SessionDate): EpochMs | null => {
  const session = calendar.session(date);
  return session.kind === 'closed' ? null : session.closeMs;
};

const bars = (series: 'daily' | 'index' | 'hourly', title: string, cost: string): Capability => ({
  name: `${series}_bars`,
  title,
  cost,
  async newest({ host, exchange, calendar }) {
    const manifest = await readManifest(host, exchange, series);
    const date = series === 'daily' ? newestFullSessionOf(manifest)?.sessionDate : lastDateOf(manifest.sessionDays);
    return date === undefined ? null : closeMsOf(calendar, date);
  },
  dueMs: lastSettledCloseMs,
});

const lastDateOf = (days: ArrayLike<number>): SessionDate | undefined =>
  days.length === 0 ? undefined : fromEpochDay(days[days.length - 1]!);

/** A source that has nothing new is as fresh as one that has: what counts is when it was last asked and answered. */
const records = (kind: Exclude<RecordKind, 'flag'>, title: string, days: number, cost: string): Capability => ({
  name: kind,
  title,
  cost,
  newest: ({ host, exchange }) => lastAnswerMs(host.items, kind, exchange),
  dueMs: ({ nowMs }) => nowMs - days * DAY_MS,
});

const job = (name: JobName, title: string, hours: number, cost: string): Capability => ({
  name,
  title,
  cost,
  newest: async ({ host, exchange }) => (await loadJobRecords(host.items, exchange)).get(name)?.succeededMs ?? null,
  dueMs: ({ nowMs }) => nowMs - hours * HOUR_MS,
});

/** What the product lives on. A weekend and a holiday lie within the days of each. */
const CAPABILITIES: readonly Capability[] = [
  bars('daily', 'Daily bars', 'no daily run: the signals of an older session stay'),
  bars('index', 'Bars of the indices', 'the state of the market is told of an older day'),
  bars('hourly', 'Hourly bars of active signals', 'no BUY is looked at: each says that it was not checked'),
  {
    name: 'refinement',
    title: 'Hourly refinement',
    cost: 'readiness is of an older hour',
    newest: async ({ host, exchange }) => (await loadReadiness(host, exchange))?.asOfMs ?? null,
    dueMs: lastSettledCloseMs,
  },
  job('pre-market', "The exchange's lists and days of results", 24 * 5, 'entries may be open that a measure bars'),
  records('news', 'News', 1, 'no alerts of news, and no tone of news among the features'),
  records('social', 'Posts', 4, 'no alerts of posts, and no tone of posts among the features'),
  records('option_chain', 'Option chains', 5, 'no alerts of unusual option trades'),
  records('insider_trade', 'Trades of insiders', 4, 'no alerts of insiders who buy'),
  records('fundamental', 'Figures of companies', 4, 'features of value and growth are missing'),
  records('macro', 'Macro series', 4, 'features of the economy are missing'),
  records('rating', 'Ratings of analysts', 4, 'changed ratings are not recorded'),
  records('economic_event', 'Economic events', 4, 'releases are not recorded'),
  job('alerts', 'Alerts', 24 * 4, 'the signal pages say nothing of why now'),
  job('features', 'Store of features', 24 * 5, 'whoever asks for features waits until they are computed'),
];

/**
 * How fresh everything is that an exchange's product lives on, by the market's clock. Data that nobody can be asked for are `none` as well:
 * the sources say why they are off.
 */
export async function freshnessOf(
  host: Pick<Host, 'items' | 'objects'>,
  exchange: Exchange,
  nowMs: EpochMs,
): Promise<Freshness[]> {
  const look: Look = { host, exchange, calendar: loadCalendar(exchange), nowMs };
  return Promise.all(
    CAPABILITIES.map(async ({ name, title, cost, newest, dueMs }) => {
      const newestMs = await newest(look);
      const state = newestMs === null ? 'none' : newestMs >= dueMs(look) ? 'fresh' : 'stale';
      return { name, title, state, newestMs, cost } as const;
    }),
  );
}
