import { AppError, toEpochDay, type Exchange } from '@aion/core';
import { referenceMarketOf, SERIES_REFERENCES, upTo, type LookAheadMarket } from '@aion/backtest';
import type { ReferenceSeries } from '@aion/features';
import { loadCalendar, loadInstruments, readDaily, readIntraday, readManifest } from '@aion/market';
import type { Host } from '../host.ts';
import { loadJoinedMarket } from '../lake/joined-bars.ts';
import { recordsUpTo } from './stored-features.ts';

const INSTRUMENTS = 12;
const LEAST_SESSIONS = 300;
const REFERENCE_SESSIONS = 700;

/** The longest series of a home's lake, those with an ex-date first, for a look-ahead check on real bars. */
export async function storedLookAheadMarket(
  host: Pick<Host, 'ingest' | 'clock'>,
  market: Exchange,
): Promise<LookAheadMarket> {
  const calendar = loadCalendar(market);
  const joined = await loadJoinedMarket(host, market);
  const split = new Set(
    [...joined.actions]
      .filter(([, actions]) => actions.some(({ kind }) => kind !== 'dividend'))
      .map(([symbol]) => symbol),
  );
  const daily = joined.series
    .filter(({ sessionDay }) => sessionDay.length >= LEAST_SESSIONS)
    .sort(
      (a, b) =>
        Number(split.has(b.symbol)) - Number(split.has(a.symbol)) ||
        b.sessionDay.length - a.sessionDay.length ||
        (a.symbol < b.symbol ? -1 : 1),
    )
    .slice(0, INSTRUMENTS);
  if (daily.length === 0) {
    throw new AppError(
      'missing_data',
      `this home has no series of ${LEAST_SESSIONS} daily bars of ${market}; import some, or leave --stored out`,
    );
  }
  const toDay = toEpochDay(calendar.dateAt(host.clock.nowMs()));
  const index = await readDaily(host.ingest, await readManifest(host.ingest, market, 'index'), { toDay });
  const [hourly, minute] = await Promise.all(
    (['hourly', 'minute'] as const).map(async (series) => {
      const manifest = await readManifest(host.ingest, market, series);
      return [
        ...(await readIntraday(host.ingest, manifest, { toDay, symbols: daily.map(({ symbol }) => symbol) })).values(),
      ];
    }),
  );
  const benchmark = index.get('NIFTY50') ?? [...index.values()][0] ?? daily[0]!;
  const vix = index.get('INDIA_VIX') ?? benchmark;
  // Where a home has no such series the index stands for it: what is checked is that nothing of it is known too early.
  const series: Readonly<Record<string, ReferenceSeries>> = Object.fromEntries(
    SERIES_REFERENCES.map((name) => [name, name === 'vix_close' ? vix : benchmark]),
  );
  return {
    calendar,
    daily,
    actions: daily.flatMap(({ symbol }) => joined.actions.get(symbol) ?? []),
    referencesKnownAt: (day) => upTo(series, day),
    hourly: hourly!,
    minute: minute!,
    simulated: false,
    beside: referenceMarketOf(
      { calendar, daily, actions: joined.actions },
      [...index.values()],
      new Map((await loadInstruments(host.ingest, market)).map((instrument) => [instrument.symbol, instrument])),
      await recordsUpTo(host, toDay),
      REFERENCE_SESSIONS,
    ),
  };
}
