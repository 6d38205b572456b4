import { AppError, lowerBound } from '@aion/core';
import { adjustDaily, type CorporateAction, type DailyBars, type ExchangeCalendar } from '@aion/market';
import type { EngineRun, FeatureEngine, FeatureValues } from '../engine/index.ts';
import type { Series } from '../kernel/kernel.ts';
import type { References } from './reference-series.ts';

/** What stands beside an instrument's raw daily bars. */
export interface DailySurroundings {
  readonly calendar: ExchangeCalendar;
  /** The instrument's own actions or everybody's; those of others are passed over. */
  readonly actions: readonly CorporateAction[];
  readonly references: References;
}

/** Daily bars as features read them at the close of a session: adjusted with the actions known then, the session's bar the last. */
export function dailyBarsAsOf(raw: DailyBars, asOfDay: number, actions: readonly CorporateAction[]): DailyBars {
  for (const column of [raw.open, raw.high, raw.low, raw.close, raw.volumeShares]) {
    if (column.length === raw.sessionDay.length) continue;
    throw new AppError(
      'corrupt',
      `${raw.symbol} has ${raw.sessionDay.length} sessions, but a column of ${column.length} values`,
    );
  }
  let count = raw.sessionDay.length;
  while (count > 0 && raw.sessionDay[count - 1]! > asOfDay) count--;
  return adjustDaily(count === raw.sessionDay.length ? raw : sliceDaily(raw, 0, count), actions, asOfDay);
}

/**
 * Daily bars as features read them at the close of `asOfDay`, with the references on their sessions.
 *
 * @example
 * const references = makeReferences(loadCalendar('NSE'));
 * const series = dailySeries(raw, toEpochDay('2026-02-27'), { actions, references });
 */
export function dailySeries(
  raw: DailyBars,
  asOfDay: number,
  { actions, references }: Pick<DailySurroundings, 'actions' | 'references'>,
): Series {
  return toSeries(dailyBarsAsOf(raw, asOfDay, actions), references);
}

/** Daily bars, adjusted already, with the references on their sessions. */
export function toSeries(bars: DailyBars, references: References): Series {
  return {
    open: bars.open,
    high: bars.high,
    low: bars.low,
    close: bars.close,
    volumeShares: bars.volumeShares,
    sessionDay: bars.sessionDay,
    openMinute: null,
    references: references.on(bars.sessionDay),
  };
}

export function sliceDaily(raw: DailyBars, start: number, end: number): DailyBars {
  return {
    symbol: raw.symbol,
    sessionDay: raw.sessionDay.subarray(start, end),
    open: raw.open.subarray(start, end),
    high: raw.high.subarray(start, end),
    low: raw.low.subarray(start, end),
    close: raw.close.subarray(start, end),
    volumeShares: raw.volumeShares.subarray(start, end),
  };
}

type Beside = Pick<DailySurroundings, 'actions' | 'references'>;

/** Rows [from, to) whose prices are those known at `asOfDay`: behind an ex-date the past has other prices. */
function stretchesOf({ symbol, sessionDay }: DailyBars, actions: readonly CorporateAction[]) {
  const { length } = sessionDay;
  const exDays = actions
    .filter(
      (action) => action.symbol === symbol && action.kind !== 'dividend' && action.exDay > (sessionDay[0] ?? Infinity),
    )
    .map(({ exDay }) => exDay);
  const starts = [...new Set(exDays.map((day) => lowerBound(sessionDay, day)))]
    .filter((row) => row < length)
    .sort((a, b) => a - b);
  return [0, ...starts].map((from, at) => {
    const to = starts[at] ?? length;
    return { from, to, asOfDay: sessionDay[to - 1] ?? 0 };
  });
}

/**
 * Values at every bar, each on prices adjusted with the actions known at that bar. One pass serves all bars up to the next ex-date; behind it
 * the past has other prices, so the pass begins again from the first bar. The values are views where one pass did: use them before the
 * engine computes again.
 */
export function computeAsKnown(engine: FeatureEngine, raw: DailyBars, beside: Beside): FeatureValues {
  const stretches = stretchesOf(raw, beside.actions);
  if (stretches.length === 1) return engine.compute(dailySeries(raw, stretches[0]!.asOfDay, beside));
  const whole = Object.fromEntries(engine.columns.map(({ name }) => [name, new Float64Array(raw.sessionDay.length)]));
  for (const { from, to, asOfDay } of stretches) {
    const values = engine.compute(dailySeries(raw, asOfDay, beside));
    for (const { name } of engine.columns) whole[name]!.set(values[name]!.subarray(from, to), from);
  }
  return whole;
}

/** Bars that are computed in one go: few enough that the values of all columns stay in the processor's own memory. */
const CHUNK_BARS = 256;

/**
 * The values of `computeAsKnown`, handed out in parts while they are warm: `take(values, at, count, row)` gets `count` bars that stand from
 * place `at` of the columns and belong to the rows from `row` on.
 */
export function eachKnownPart(
  engine: FeatureEngine,
  raw: DailyBars,
  beside: Beside,
  take: (values: FeatureValues, at: number, count: number, row: number) => void,
  over?: EngineRun,
): EngineRun {
  let run = over;
  for (const stretch of stretchesOf(raw, beside.actions)) {
    const series = dailySeries(raw, stretch.asOfDay, beside);
    run = engine.start(run);
    for (let from = 0; from < stretch.to; from += CHUNK_BARS) {
      const to = Math.min(from + CHUNK_BARS, stretch.to);
      const start = Math.max(0, from - engine.lookbackBars);
      const values = run.advance(sliceSeries(series, start, to), from - start, to - start);
      const first = Math.max(from, stretch.from);
      if (first < to) take(values, first - start, to - first, first);
    }
  }
  return run ?? engine.start();
}

function sliceSeries(series: Series, start: number, end: number): Series {
  const references: Record<string, Float64Array> = {};
  for (const name of Object.keys(series.references)) references[name] = series.references[name]!.subarray(start, end);
  return {
    open: series.open.subarray(start, end),
    high: series.high.subarray(start, end),
    low: series.low.subarray(start, end),
    close: series.close.subarray(start, end),
    volumeShares: series.volumeShares.subarray(start, end),
    sessionDay: series.sessionDay.subarray(start, end),
    openMinute: null,
    references,
  };
}
