import { makeFeatureEngine, resolveColumns, standsStill, type Series } from '@aion/features';
import { BAR_COLUMNS } from '../rules/scan-column.ts';
import { absenceCode, type ScanRow } from '../rules/scan-table.ts';
import { columnsOfScan, type ScanSet } from '../scans/scan.ts';

/** What every row shows beside the figures of its scan. */
export const SHOWN_COLUMNS = ['close', 'change_frac', 'volume_ratio20'] as const;
/** What alerts are made and weighed by: median turnover, the place of the volatility in its own year, returns of a month and a quarter. */
export const WEIGHING_COLUMNS = ['dollar_volume20', 'atr_pct_rank252', 'return20', 'return63'] as const;

/**
 * Every column that the scans and presets of a set read, sorted.
 *
 * @example const readRow = makeRowReader(columnsOfSet(loadScanSet(config.scanner)));
 */
export function columnsOfSet(set: ScanSet): string[] {
  const names = [
    ...SHOWN_COLUMNS,
    ...WEIGHING_COLUMNS,
    ...set.scans.flatMap(columnsOfScan),
    ...set.presets.map(({ order }) => order.column),
  ];
  return [...new Set(names)].sort();
}

const SERIES_OF = { open: 'open', high: 'high', low: 'low', close: 'close', volume: 'volumeShares' } as const;
const isBar = (name: string): name is keyof typeof SERIES_OF => Object.hasOwn(BAR_COLUMNS, name);

/** Tells whether the price stands still: without movement nothing has a place in it. */
const RANGE = 'atr14';
/** One that is pinned at its end does not move either, and rounding would decide. */
const RSI = 'rsi14';

/**
 * Reads a symbol's row off its series: the columns at the last bar and at the one before. One reader serves symbol after symbol: it keeps
 * its working memory and nothing of the symbols.
 *
 * @example
 * const readRow = makeRowReader(['close', 'rsi14']);
 * readRow('INFY', series).now // close and RSI at the last bar, in the order of the columns
 */
export function makeRowReader(columns: readonly string[]): (symbol: string, series: Series) => ScanRow {
  const reads = columns.filter((name) => !isBar(name));
  const known = new Map(resolveColumns(reads).nodes.flatMap((node) => node.columns.map((one) => [one.name, one])));
  const placesIn = columns.map((name) => known.get(name)?.placesIn ?? null);
  const beside = [
    ...(placesIn.some((whose) => whose !== null) ? [RANGE] : []),
    ...(placesIn.includes('rsi') ? [RSI] : []),
  ];
  const wanted = resolveColumns([...new Set([...reads, ...beside])]);
  const engine = makeFeatureEngine(wanted.nodes, wanted.columns);
  const placeOf = new Map(wanted.columns.map((name, place) => [name, place]));
  const places = columns.map((name) => (isBar(name) ? SERIES_OF[name] : placeOf.get(name)!));

  /** A bar's row from the features' values at it; at a bar before the first there is nothing. */
  const rowAt = (series: Series, bar: number, features: Float64Array | undefined) => {
    const values = new Float64Array(columns.length).fill(Number.NaN);
    const absent = new Uint8Array(columns.length);
    if (features === undefined) return { values, absent: absent.fill(absenceCode('short_history')) };
    let reasons: ReturnType<ReturnType<typeof engine.explain>> | undefined;
    const range = placeOf.get(RANGE);
    const still = range !== undefined && standsStill(series.close, bar, features[range]!, bar);
    const rsi = placeOf.get(RSI);
    // Of gains alone, or of losses alone: it has been the same on every bar.
    const pinned = rsi !== undefined && (features[rsi] === 0 || features[rsi] === 100);
    for (const [at, place] of places.entries()) {
      const own = typeof place === 'number';
      if (still && placesIn[at] !== null) {
        absent[at] = absenceCode('no_movement');
        continue;
      }
      if (pinned && placesIn[at] === 'rsi') {
        absent[at] = absenceCode('undefined_value');
        continue;
      }
      const value = own ? features[place]! : series[place][bar]!;
      values[at] = value;
      if (!Number.isNaN(value)) continue;
      if (own) reasons ??= engine.explain(series)(features, bar);
      absent[at] = absenceCode(own ? (reasons?.[place] ?? 'undefined_value') : 'bad_bar');
    }
    return { values, absent };
  };
  return (symbol, series) => {
    const last = series.close.length - 1;
    const run = engine.start();
    const before = rowAt(series, last - 1, last < 1 ? undefined : run.advanceTo(series, 0, last));
    const now = rowAt(series, last, last < 0 ? undefined : run.advanceTo(series, Math.max(0, last), last + 1));
    return {
      symbol,
      now: now.values,
      before: before.values,
      absentNow: now.absent,
      absentBefore: before.absent,
    };
  };
}
