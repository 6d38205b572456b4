import { AppError } from '@aion/core';
import { adjustDaily, type CorporateAction, type DailyBars, type ExchangeCalendar } from '@aion/market';
import type { FeatureEngine, FeatureValues } from '../engine/index.ts';
import type { Series } from '../kernel/kernel.ts';
import type { References } from './references.ts';

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

/** The same with the references on its sessions. */
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

/**
 * Values at every bar, each on prices adjusted with the actions known at that bar. One pass serves all bars up to the next ex-date; behind it
 * the past has other prices, so the pass begins again from the first bar. The values are views where one pass did: use them before the
 * engine computes again.
 */
export function computeAsKnown(
  engine: FeatureEngine,
  raw: DailyBars,
  surroundings: Pick<DailySurroundings, 'actions' | 'references'>,
): FeatureValues {
  const { sessionDay } = raw;
  const { length } = sessionDay;
  const exDays = surroundings.actions
    .filter(
      ({ symbol, kind, exDay }) => symbol === raw.symbol && kind !== 'dividend' && exDay > (sessionDay[0] ?? Infinity),
    )
    .map(({ exDay }) => exDay);
  const starts = [...new Set(exDays.map((day) => lowerBound(sessionDay, day)))]
    .filter((row) => row < length)
    .sort((a, b) => a - b);
  if (starts.length === 0) return engine.compute(dailySeries(raw, sessionDay.at(-1) ?? 0, surroundings));
  const whole = Object.fromEntries(engine.columns.map(({ name }) => [name, new Float64Array(length)]));
  for (let part = 0; part <= starts.length; part++) {
    const from = part === 0 ? 0 : starts[part - 1]!;
    const to = starts[part] ?? length;
    const values = engine.compute(dailySeries(raw, sessionDay[to - 1]!, surroundings));
    for (const { name } of engine.columns) whole[name]!.set(values[name]!.subarray(from, to), from);
  }
  return whole;
}

/** The first row whose day is not before `day`. */
function lowerBound(sessionDay: Int32Array, day: number): number {
  let low = 0;
  let high = sessionDay.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sessionDay[middle]! < day) low = middle + 1;
    else high = middle;
  }
  return low;
}
