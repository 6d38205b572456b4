import type { FeatureEngine } from '../engine/engine.ts';
import type { Series } from './kernel.ts';

/** A bar as it closes. */
export interface StreamedBar {
  readonly sessionDay: number;
  /** Minutes after midnight in exchange time; absent for bars of a day and longer. */
  readonly openMinute?: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volumeShares: number;
  readonly references?: Readonly<Record<string, number>>;
}

export interface FeatureStream {
  /** Takes the next closed bar and returns the columns' values at it, by name; NaN during warm-up. */
  update(bar: StreamedBar): Readonly<Record<string, number>>;
}

/**
 * The columns of an engine bar by bar: what each update returns equals the batch over all bars so far. Keeps as many bars as the
 * kernels look back on, however long it runs.
 *
 * @param references names of the reference series that every bar brings.
 */
export function streamFeatures(engine: FeatureEngine, references: readonly string[] = []): FeatureStream {
  const keep = engine.lookbackBars;
  const capacity = 2 * (keep + 16);
  const column = (): Float64Array => new Float64Array(capacity).fill(Number.NaN);
  const series: Series & { openMinute: Int32Array } = {
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volumeShares: column(),
    sessionDay: new Int32Array(capacity),
    openMinute: new Int32Array(capacity),
    references: Object.fromEntries(references.map((name) => [name, column()])),
  };
  const columns = [
    series.open,
    series.high,
    series.low,
    series.close,
    series.volumeShares,
    series.sessionDay,
    series.openMinute,
    ...Object.values(series.references),
  ];
  const run = engine.start();
  let length = 0;
  return {
    update(bar) {
      if (length === capacity) {
        for (const values of columns) values.copyWithin(0, capacity - keep);
        length = keep;
      }
      const at = length++;
      series.open[at] = bar.open;
      series.high[at] = bar.high;
      series.low[at] = bar.low;
      series.close[at] = bar.close;
      series.volumeShares[at] = bar.volumeShares;
      series.sessionDay[at] = bar.sessionDay;
      series.openMinute[at] = bar.openMinute ?? 0;
      for (const name of references) series.references[name]![at] = bar.references?.[name] ?? Number.NaN;
      const daily = bar.openMinute === undefined;
      const values = run.advance(daily ? { ...series, openMinute: null } : series, at, at + 1);
      return Object.fromEntries(engine.columns.map(({ name }) => [name, values[name]![at]!]));
    },
  };
}
