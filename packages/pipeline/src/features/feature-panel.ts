import { fromEpochDay, hashOf, toEpochDay } from '@aion/core';
import {
  dailyBarsAsOf,
  equalWeightIndex,
  featureDay,
  fundamentalReferences,
  macroReferences,
  makeReferences,
  marketRegime,
  sentimentReferences,
  type FeatureDay,
  type FeatureEngine,
  type FeatureStorePorts,
  type References,
  type ReferenceSeries,
  type ReferenceSource,
  type TextScorer,
} from '@aion/features';
import type { ExchangeCalendar } from '@aion/market';
import type { FundamentalSnapshot, MacroObservation, NewsItem, SocialPost } from '@aion/market/records';
import { indexOf } from '../market/market-index.ts';
import type { Panel } from '../market/panel.ts';

/** Series that instruments are compared with, by the name of the index that is stored. */
const INDEX_REFERENCES: Readonly<Record<string, string>> = { vix_close: 'INDIA_VIX', fx_close: 'USDINR' };
/** Fewer shares are no sector. */
const SECTOR_MEMBERS = 3;

/** What was published about companies and the economy, in all its versions; what became known after a session's close is passed over. */
export interface FeatureRecords {
  readonly macro: readonly MacroObservation[];
  readonly fundamentals: readonly FundamentalSnapshot[];
  readonly texts: readonly (NewsItem | SocialPost)[];
  readonly scorer: TextScorer;
}

const stretchOf = (panel: Panel, calendar: ExchangeCalendar) => ({
  calendar,
  fromDay: panel.daily.reduce((first, { sessionDay }) => Math.min(first, sessionDay[0] ?? first), panel.sessionDay),
  toDay: panel.sessionDay,
});

/** What is the same beside every instrument. */
function sharedReferences(
  panel: Panel,
  calendar: ExchangeCalendar,
  records?: FeatureRecords,
): Record<string, ReferenceSeries> {
  const index = indexOf(panel, calendar.exchange);
  const shared: Record<string, ReferenceSeries> =
    index === undefined ? {} : { index_close: index, ...marketRegime(index) };
  for (const [name, symbol] of Object.entries(INDEX_REFERENCES)) {
    const series = panel.index.find((bars) => bars.symbol === symbol);
    if (series !== undefined) shared[name] = series;
  }
  return records === undefined ? shared : { ...shared, ...macroReferences(records.macro, stretchOf(panel, calendar)) };
}

/** The series beside the instruments of a panel: those of all, and each one's own. Equal lists of its own are one object. */
export function panelSeries(
  panel: Panel,
  calendar: ExchangeCalendar,
  records?: FeatureRecords,
): {
  readonly shared: Record<string, ReferenceSeries>;
  readonly ownOf: (symbol: string) => Record<string, ReferenceSeries>;
} {
  const sectors = new Map([...sectorSeries(panel)].map(([sector, series]) => [sector, { sector_close: series }]));
  const published = publishedBySymbol(records, panel, stretchOf(panel, calendar));
  const own = new Map<string, Record<string, ReferenceSeries>>();
  for (const [symbol, series] of published)
    own.set(symbol, { ...sectors.get(panel.instruments.get(symbol)?.sector ?? ''), ...series });
  return {
    shared: sharedReferences(panel, calendar, records),
    ownOf: (symbol) => own.get(symbol) ?? sectors.get(panel.instruments.get(symbol)?.sector ?? '') ?? NONE,
  };
}

const NONE: Record<string, ReferenceSeries> = {};

/**
 * What stands beside each instrument of a panel: the exchange's index with its regime, volatility and currency where they are stored, macro figures,
 * the equally weighted index of its own sector (itself among the members), and what was published about it.
 */
export function panelReferences(panel: Panel, calendar: ExchangeCalendar, records?: FeatureRecords): ReferenceSource {
  const { shared, ownOf } = panelSeries(panel, calendar, records);
  const general = makeReferences(calendar, shared);
  // Instruments with the same list of their own share what is made of it.
  const made = new Map<Record<string, ReferenceSeries>, { readonly whole: References; readonly own: References }>();
  const of = (symbol: string): { readonly whole: References; readonly own: References } => {
    const own = ownOf(symbol);
    let found = made.get(own);
    if (found === undefined) {
      found = { whole: makeReferences(calendar, { ...shared, ...own }), own: makeReferences(calendar, own) };
      made.set(own, found);
    }
    return found;
  };
  // Without a sector an instrument is of no reference: a symbol that is seen for the first time changes nothing for the others.
  const members = [...panel.instruments.values()]
    .filter(({ sector }) => sector !== undefined)
    .map(({ symbol, sector }) => [symbol, sector]);
  return {
    of: (symbol) => of(symbol).whole,
    hashUpTo: (day) =>
      hashOf({
        general: general.hashUpTo(day),
        own: panel.daily.map(({ symbol }) => [symbol, of(symbol).own.hashUpTo(day)]),
        members,
      }),
  };
}

function sectorSeries(panel: Panel): Map<string, ReferenceSeries> {
  const sectors = new Map<string, ReferenceSeries>();
  for (const sector of new Set([...panel.instruments.values()].map((instrument) => instrument.sector))) {
    const members = panel.daily.filter(({ symbol }) => panel.instruments.get(symbol)?.sector === sector);
    if (sector === undefined || members.length < SECTOR_MEMBERS) continue;
    sectors.set(
      sector,
      equalWeightIndex(members, (symbol) => panel.actions.get(symbol) ?? []),
    );
  }
  return sectors;
}

/** References of the instruments that anything was published about. */
function publishedBySymbol(
  records: FeatureRecords | undefined,
  panel: Panel,
  stretch: { readonly calendar: ExchangeCalendar; readonly fromDay: number; readonly toDay: number },
): Map<string, Record<string, ReferenceSeries>> {
  const found = new Map<string, Record<string, ReferenceSeries>>();
  if (records === undefined) return found;
  const fundamentals = groupBySymbol(records.fundamentals);
  const texts = groupBySymbol(records.texts);
  for (const { symbol } of panel.daily) {
    const [figures, said] = [fundamentals.get(symbol), texts.get(symbol)];
    if (figures === undefined && said === undefined) continue;
    const actions = panel.actions.get(symbol) ?? [];
    found.set(symbol, {
      ...(figures === undefined ? {} : fundamentalReferences(figures, { ...stretch, symbol, actions })),
      ...(said === undefined ? {} : sentimentReferences(said, { ...stretch, symbol, scorer: records.scorer })),
    });
  }
  return found;
}

function groupBySymbol<T extends { readonly symbols: readonly string[] }>(records: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const record of records) {
    for (const symbol of record.symbols) {
      const group = groups.get(symbol);
      if (group === undefined) groups.set(symbol, [record]);
      else group.push(record);
    }
  }
  return groups;
}

/**
 * The features of a panel's session, through the store: what was computed before is found, and what was there the day before is carried on
 * from.
 */
export function featuresOfPanel(
  ports: FeatureStorePorts,
  panel: Panel,
  calendar: ExchangeCalendar,
  engine: FeatureEngine,
  codeHash: string,
  records?: FeatureRecords,
): Promise<FeatureDay> {
  const sessionDate = fromEpochDay(panel.sessionDay);
  return featureDay(ports, {
    market: calendar.exchange,
    sessionDay: panel.sessionDay,
    previousDay: toEpochDay(calendar.previousSession(sessionDate)),
    engine,
    codeHash,
    references: panelReferences(panel, calendar, records),
    instruments: panel.daily.map((raw) => ({
      symbol: raw.symbol,
      bars: () => dailyBarsAsOf(raw, panel.sessionDay, panel.actions.get(raw.symbol) ?? []),
    })),
  });
}
