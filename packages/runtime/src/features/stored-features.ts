import { featureTableCodec } from '@aion/adapters/parquet/feature-codec';
import { writeFeatureSet, type FeatureSet } from '@aion/adapters/parquet/feature-set';
import { AppError, toEpochDay, type SessionDate } from '@aion/core';
import { FEATURE_NODES, makeFeatureEngine, resolveColumns, type FeatureDay } from '@aion/features';
import { requireSession } from '@aion/jobs';
import { loadCalendar } from '@aion/market';
import { featuresOfPanel, indexOf, makeLakeReader, newestFullSession, readPanel, type Panel } from '@aion/pipeline';
import type { Host } from '../host.ts';

type Market = 'NSE' | 'US';
type FeatureHost = Pick<Host, 'items' | 'objects' | 'ingest' | 'codeHash' | 'profile'>;

/**
 * Everything that is stored of a session (the newest whole one, when none is given), as it was known then.
 *
 * @throws AppError(outside_calendar) for a day without a session, AppError(missing_data) for one without bars.
 */
async function panelOf(host: FeatureHost, market: Market, date?: SessionDate): Promise<Panel> {
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
  market: Market,
  names: readonly string[],
  date?: SessionDate,
): Promise<{ readonly day: FeatureDay; readonly columns: readonly string[]; readonly panel: Panel }> {
  const asked = resolveColumns(names);
  const panel = await panelOf(host, market, date);
  const day = await featuresOfStoredPanel(host, market, panel, asked);
  return { day, columns: asked.columns, panel };
}

/** The same of a panel that was read already. */
export function featuresOfStoredPanel(
  host: Pick<FeatureHost, 'items' | 'objects' | 'codeHash'>,
  market: Market,
  panel: Panel,
  { columns, nodes }: ReturnType<typeof resolveColumns>,
): Promise<FeatureDay> {
  const ports = { items: host.items, objects: host.objects, codec: featureTableCodec };
  const engine = makeFeatureEngine(nodes, keptColumns(columns));
  return featuresOfPanel(ports, panel, loadCalendar(market), engine, host.codeHash());
}

/** Features of every bar of all instruments up to a session, on prices as they were known at each, as a folder of Parquet files. */
export async function writeFeaturesOfBars(
  host: FeatureHost,
  market: Market,
  names: readonly string[],
  target: { readonly folder: string; readonly workers: number; readonly date?: SessionDate | undefined },
  onDone: (done: number, total: number) => void,
): Promise<FeatureSet> {
  const { columns } = resolveColumns(names);
  const panel = await panelOf(host, market, target.date);
  const index = indexOf(panel, market);
  const vix = panel.index.find(({ symbol }) => symbol === 'INDIA_VIX');
  let done = 0;
  return writeFeatureSet({
    market,
    columns,
    actions: [...panel.actions.values()].flat(),
    references: {
      ...(index === undefined ? {} : { index_close: index }),
      ...(vix === undefined ? {} : { vix_close: vix }),
    },
    folder: target.folder,
    instruments: panel.daily,
    workers: target.workers,
    onDone: (symbols) => onDone((done += symbols), panel.daily.length),
  });
}
