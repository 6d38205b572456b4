import { makeFeatureEngine, resolveColumns, type Series } from '@aion/features';
import { BAR_COLUMNS } from '../rules/scan-column.ts';
import { absenceCode, type ScanRow } from '../rules/scan-table.ts';
import { columnsOfScan, type ScanSet } from '../scans/scan.ts';

/** What every row shows beside the figures of its scan. */
export const SHOWN_COLUMNS = ['close', 'change_frac', 'volume_ratio20'] as const;
/** What alerts are weighed by: median turnover of 20 bars, and the place of the volatility in its own year. */
export const WEIGHING_COLUMNS = ['dollar_volume20', 'atr_pct_rank252'] as const;

/** Every column that the scans and presets of a set read, sorted. */
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

/**
 * Reads a symbol's row off its series: the columns at the last bar and at the one before. One reader serves symbol after symbol; it
 * keeps its memory and nothing of the symbols before.
 */
export function makeRowReader(columns: readonly string[]): (symbol: string, series: Series) => ScanRow {
  const wanted = resolveColumns(columns.filter((name) => !isBar(name)));
  const engine = makeFeatureEngine(wanted.nodes, wanted.columns);
  const placeOf = new Map(wanted.columns.map((name, place) => [name, place]));
  return (symbol, series) => {
    const last = series.close.length - 1;
    const values = engine.compute(series);
    const valuesAt = (bar: number): Float64Array =>
      Float64Array.from(columns, (name) => {
        const column = isBar(name) ? series[SERIES_OF[name]] : values[name]!;
        return bar < 0 ? Number.NaN : column[bar]!;
      });
    const absencesAt = (bar: number, row: Float64Array): Uint8Array => {
      const reasons = bar < 0 ? [] : engine.absences(series, values, bar);
      return Uint8Array.from(columns, (name, at) => {
        if (!Number.isNaN(row[at]!)) return 0;
        if (bar < 0) return absenceCode('short_history');
        return absenceCode(isBar(name) ? 'bad_bar' : (reasons[placeOf.get(name)!] ?? 'undefined_value'));
      });
    };
    const now = valuesAt(last);
    const before = valuesAt(last - 1);
    return { symbol, now, before, absentNow: absencesAt(last, now), absentBefore: absencesAt(last - 1, before) };
  };
}
