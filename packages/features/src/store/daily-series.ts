import { adjustDaily, type CorporateAction, type DailyBars, type ExchangeCalendar } from '@aion/market';
import type { FeatureEngine, FeatureValues } from '../engine/index.ts';
import type { Series } from '../kernel/kernel.ts';
import { periodCloses } from '../timeframes/index.ts';

/** What stands beside an instrument's raw daily bars. */
export interface DailySurroundings {
  readonly calendar: ExchangeCalendar;
  /** The instrument's own actions or everybody's; those of others are passed over. */
  readonly actions: readonly CorporateAction[];
  /** Other series on the instrument's bars: NaN where nothing was known at a bar's close. */
  readonly references: Readonly<Record<string, Float64Array>>;
}

/** Daily bars as features read them at the close of a session: adjusted with the actions known then, the session's bars the last. */
export function dailySeries(
  raw: DailyBars,
  asOfDay: number,
  { calendar, actions, references }: DailySurroundings,
): Series {
  let count = raw.sessionDay.length;
  while (count > 0 && raw.sessionDay[count - 1]! > asOfDay) count--;
  const cut = count === raw.sessionDay.length ? raw : sliceDaily(raw, count);
  const bars = adjustDaily(cut, actions, asOfDay);
  const cutReferences =
    cut === raw
      ? references
      : Object.fromEntries(Object.entries(references).map(([name, column]) => [name, column.subarray(0, count)]));
  return {
    open: bars.open,
    high: bars.high,
    low: bars.low,
    close: bars.close,
    volumeShares: bars.volumeShares,
    sessionDay: bars.sessionDay,
    openMinute: null,
    references: { ...periodCloses(bars.sessionDay, calendar), ...cutReferences },
  };
}

function sliceDaily(raw: DailyBars, count: number): DailyBars {
  return {
    symbol: raw.symbol,
    sessionDay: raw.sessionDay.subarray(0, count),
    open: raw.open.subarray(0, count),
    high: raw.high.subarray(0, count),
    low: raw.low.subarray(0, count),
    close: raw.close.subarray(0, count),
    volumeShares: raw.volumeShares.subarray(0, count),
  };
}

/**
 * Values at every bar, each on prices adjusted with the actions known at that bar. One pass serves all bars up to the next ex-date; behind it
 * the past has other prices, so the pass begins again from the first bar. The values are views where one pass did: use them before the
 * engine computes again.
 */
export function computeAsKnown(engine: FeatureEngine, raw: DailyBars, surroundings: DailySurroundings): FeatureValues {
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
