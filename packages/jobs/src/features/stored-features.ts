import { AppError, DAY_MS, toEpochDay, type SessionDate, type Exchange } from '@aion/core';
import {
  FEATURE_NODES,
  makeFeatureEngine,
  resolveColumns,
  type FeatureDay,
  type ReferenceSeries,
} from '@aion/features';
import { requireSession } from '../runs/session.ts';
import { loadCalendar, type CorporateAction, type DailyBars } from '@aion/market';
import { readRecords } from '@aion/market/records';
import {
  featuresOfPanel,
  makeLakeReader,
  newestFullSession,
  panelSeries,
  readPanel,
  type FeatureRecords,
  type Panel,
} from '@aion/pipeline';
import type { Host } from '../host.ts';

type FeatureHost = Pick<Host, 'items' | 'objects' | 'ingest' | 'codeHash' | 'profile' | 'featureStore'>;

/**
 * Everything that is stored of a session (the newest whole one, when none is given), as it was known then.
 *
 * @throws AppError(outside_calendar) for a day without a session, AppError(missing_data) for one without bars.
 */
async function panelOf(host: FeatureHost, market: Exchange, date?: SessionDate): Promise<Panel> {
  const newest = (await newestFullSession(host.ingest, market))?.sessionDate;
  const sessionDate = date ?? newest;
  if (sessionDate === undefined)
    throw new AppError('missing_data', `no bars of ${market} are stored yet; import some with \`aion import\``);
  requireSession(loadCalendar(market), sessionDate);
  const { simulated } = await host.profile();
  const panel = await readPanel(makeLakeReader(host.ingest, market, simulated), sessionDate);
  const day = toEpochDay(sessionDate);
  if (!panel.daily.some(({ sessionDay }) => sessionDay.at(-1) === day)) {
    const hint = newest === undefined ? '' : `; the newest whole session is ${newest}`;
    throw new AppError('missing_data', `no bars of ${sessionDate} are stored${hint}`);
  }
  return panel;
}

/** Which columns the store keeps: the whole catalogue, so that everybody finds what anybody computed. Periods of one's own have a store of theirs. */
const keptColumns = (columns: readonly string[]): readonly string[] => {
  const catalogue = FEATURE_NODES.flatMap((node) => node.columns.map(({ name }) => name));
  return columns.every((name) => catalogue.includes(name)) ? catalogue : columns;
};

/** Features of all instruments of a session, through the store of features. */
export async function featuresOfSession(
  host: FeatureHost,
  market: Exchange,
  names: readonly string[],
  date?: SessionDate,
): Promise<{ readonly day: FeatureDay; readonly columns: readonly string[]; readonly panel: Panel }> {
  const asked = resolveColumns(names);
  const panel = await panelOf(host, market, date);
  const day = await featuresOfStoredPanel(host, market, panel, asked);
  return { day, columns: asked.columns, panel };
}

/** Every record that features are made of, in all its versions up to the end of a session's day. */
export async function recordsUpTo({ ingest }: Pick<FeatureHost, 'ingest'>, day: number): Promise<FeatureRecords> {
  const asked = { asOfMs: (day + 2) * DAY_MS, allVersions: true } as const;
  const [macro, fundamentals, news, posts, { makeLexiconScorer }] = await Promise.all([
    readRecords(ingest, { kind: 'macro', ...asked }),
    readRecords(ingest, { kind: 'fundamental', ...asked }),
    readRecords(ingest, { kind: 'news', ...asked }),
    readRecords(ingest, { kind: 'social', ...asked }),
    import('@aion/features/sentiment/lexicon-scorer'),
  ]);
  return { macro, fundamentals, texts: [...news, ...posts], scorer: makeLexiconScorer() };
}

/** The same of a panel that was read already. */
async function featuresOfStoredPanel(
  host: Omit<FeatureHost, 'profile'>,
  market: Exchange,
  panel: Panel,
  { columns, nodes }: ReturnType<typeof resolveColumns>,
): Promise<FeatureDay> {
  const ports = { items: host.items, objects: host.objects, codec: host.featureStore.codec };
  const engine = makeFeatureEngine(nodes, keptColumns(columns));
  const records = await recordsUpTo(host, panel.sessionDay);
  return featuresOfPanel(ports, panel, loadCalendar(market), engine, host.codeHash(), records);
}

/** What features of every bar of all instruments up to a session are computed from: prices as they were known at each bar. */
export async function barsForFeatures(
  host: FeatureHost,
  market: Exchange,
  names: readonly string[],
  date?: SessionDate,
): Promise<BarsForFeatures> {
  const { columns } = resolveColumns(names);
  const panel = await panelOf(host, market, date);
  const records = await recordsUpTo(host, panel.sessionDay);
  const { shared, ownOf } = panelSeries(panel, loadCalendar(market), records);
  return {
    market,
    columns,
    actions: [...panel.actions.values()].flat(),
    references: shared,
    ownReferences: ownOf,
    instruments: panel.daily,
  };
}

export interface BarsForFeatures {
  readonly market: Exchange;
  readonly columns: readonly string[];
  readonly actions: readonly CorporateAction[];
  readonly references: Readonly<Record<string, ReferenceSeries>>;
  readonly ownReferences: (symbol: string) => Readonly<Record<string, ReferenceSeries>>;
  readonly instruments: readonly DailyBars[];
}
