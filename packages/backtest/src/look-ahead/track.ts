import type { FeatureEngine, FeatureValues, Series } from '@aion/features';

export const TIMEFRAMES = ['1M', '1W', '1D', '4H', '1H', '5m', '1m'] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

/** One instrument on one timeframe, in the two ways in which its values can be had. */
export interface Track {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly bars: number;
  /** Values at every bar, made with the whole future at hand, by the code that serves; the caller owns them. */
  whole(engine: FeatureEngine): FeatureValues;
  /** The series as it stood when a bar closed, made of raw data that ends there. Its last bar is that bar. */
  cutAt(bar: number): Series;
  /** A date or a time, for people. */
  labelOf(bar: number): string;
  /** Bars beside an ex-date, and beside days on which the exchange was closed though it was no weekend. */
  readonly exDateBars: readonly number[];
  readonly holidayBars: readonly number[];
}

/** Bars [from, to) whose prices are those known at the end of `asOfDay`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly asOfDay: number;
}

/** Cuts bars at the ex-dates: within a stretch the same actions are known. `knownDay` of each bar ascends. */
export function stretchesOf(knownDay: Int32Array, exDays: readonly number[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (let from = 0, to = 0; from < knownDay.length; from = to) {
    const next = exDays.find((day) => day > knownDay[from]!) ?? Infinity;
    while (to < knownDay.length && knownDay[to]! < next) to++;
    stretches.push({ from, to, asOfDay: knownDay[to - 1]! });
  }
  return stretches;
}

/** Values at every bar, stretch by stretch: `seriesAsOf` has all bars that were there, and the actions known at the day. */
export function valuesByStretch(
  engine: FeatureEngine,
  length: number,
  stretches: readonly Stretch[],
  seriesAsOf: (asOfDay: number) => Series,
): FeatureValues {
  const whole = Object.fromEntries(engine.columns.map(({ name }) => [name, new Float64Array(length)]));
  for (const { from, to, asOfDay } of stretches) {
    const values = engine.compute(seriesAsOf(asOfDay));
    for (const { name } of engine.columns) whole[name]!.set(values[name]!.subarray(from, to), from);
  }
  return whole;
}
