import { fromEpochDay, hashOf, toEpochDay } from '@aion/core';
import {
  dailyBarsAsOf,
  equalWeightIndex,
  featureDay,
  makeReferences,
  type FeatureDay,
  type FeatureEngine,
  type FeatureStorePorts,
  type References,
  type ReferenceSeries,
  type ReferenceSource,
} from '@aion/features';
import type { ExchangeCalendar } from '@aion/market';
import { indexOf } from './scan-market.ts';
import type { Panel } from './panel.ts';

/** Series that instruments are compared with, by the name of the index that is stored. */
const INDEX_REFERENCES: Readonly<Record<string, string>> = { vix_close: 'INDIA_VIX', fx_close: 'USDINR' };
/** Fewer shares are no sector. */
const SECTOR_MEMBERS = 3;

/**
 * What each instrument of a panel is compared with: the exchange's index, volatility and currency where they are stored, and the equally
 * weighted index of its own sector, itself among the members.
 */
export function panelReferences(panel: Panel, calendar: ExchangeCalendar): ReferenceSource {
  const index = indexOf(panel, calendar.exchange);
  const shared: Record<string, ReferenceSeries> = index === undefined ? {} : { index_close: index };
  for (const [name, symbol] of Object.entries(INDEX_REFERENCES)) {
    const series = panel.index.find((bars) => bars.symbol === symbol);
    if (series !== undefined) shared[name] = series;
  }
  const general = makeReferences(calendar, shared);
  const sectors = new Map<string, References>();
  for (const sector of new Set([...panel.instruments.values()].map((instrument) => instrument.sector))) {
    const members = panel.daily.filter(({ symbol }) => panel.instruments.get(symbol)?.sector === sector);
    if (sector === undefined || members.length < SECTOR_MEMBERS) continue;
    const series = equalWeightIndex(members, (symbol) => panel.actions.get(symbol) ?? []);
    sectors.set(sector, makeReferences(calendar, { ...shared, sector_close: series }));
  }
  return {
    of: (symbol) => sectors.get(panel.instruments.get(symbol)?.sector ?? '') ?? general,
    hashUpTo: (day) =>
      hashOf({
        general: general.hashUpTo(day),
        sectors: [...sectors].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, own]) => [name, own.hashUpTo(day)]),
        members: [...panel.instruments.values()].map(({ symbol, sector }) => [symbol, sector ?? null]),
      }),
  };
}

/** The features of a panel's session, through the store: what was computed before is found, what was there yesterday is gone on from. */
export function featuresOfPanel(
  ports: FeatureStorePorts,
  panel: Panel,
  calendar: ExchangeCalendar,
  engine: FeatureEngine,
  codeHash: string,
): Promise<FeatureDay> {
  const sessionDate = fromEpochDay(panel.sessionDay);
  return featureDay(ports, {
    market: calendar.exchange,
    sessionDay: panel.sessionDay,
    previousDay: toEpochDay(calendar.previousSession(sessionDate)),
    engine,
    codeHash,
    references: panelReferences(panel, calendar),
    instruments: panel.daily.map((raw) => ({
      symbol: raw.symbol,
      bars: () => dailyBarsAsOf(raw, panel.sessionDay, panel.actions.get(raw.symbol) ?? []),
    })),
  });
}
