import type { Rng } from '@aion/core';
import type { FeatureEngine, Series } from '@aion/features';

export interface WarmUp {
  readonly feature: string;
  /** Bars before a first value, as the schema says and as seen; null where no value was seen. */
  readonly warmUpBars: number;
  readonly firstSeen: number | null;
  /** Bars after which older ones no longer matter, as the schema says (null: they always do), and the most that was needed. */
  readonly settleBars: number | null;
  readonly settledAt: number | null;
}

export interface WarmUpCheck {
  readonly columns: readonly WarmUp[];
  /** Features whose first value comes at another bar than the schema says, or which older bars still change when they should not. */
  readonly violations: readonly { readonly feature: string; readonly message: string }[];
}

const TOLERANCE = 1e-6;
const STEPS = 26;
const SAMPLES = 5;

/**
 * How much history values need: the beginning of a long series is cut off further and further, and each feature's last value compared with
 * that of the whole. It has settled where no longer history changes it by more than a millionth of its size.
 */
export function checkWarmUp(engine: FeatureEngine, series: Series, rng: Rng): WarmUpCheck {
  const { length } = series.close;
  const names = engine.columns.map(({ name }) => name);
  const whole = engine.compute(series);
  const wholeColumns = Object.fromEntries(names.map((name) => [name, whole[name]!.slice()]));
  const firstSeen = names.map((name) => {
    const first = wholeColumns[name]!.findIndex((value) => !Number.isNaN(value));
    return first < 0 ? null : first + 1;
  });
  const scales = names.map((name) => {
    let largest = 0;
    for (const value of wholeColumns[name]!) if (Math.abs(value) > largest) largest = Math.abs(value);
    return largest;
  });
  const ends = Array.from({ length: SAMPLES }, () => length - rng.int(Math.floor(length / 20)));
  const lengths = [
    ...new Set(Array.from({ length: STEPS }, (_, i) => Math.round(2 * (length / 2.2) ** (i / (STEPS - 1))))),
  ];
  const declared = engine.columns.flatMap(({ settleBars }) => (settleBars === null ? [] : [settleBars]));
  const all = [...new Set([...lengths, ...declared])].filter((bars) => bars < length * 0.9).sort((a, b) => a - b);
  /** The largest tried length that was still too short, per feature. */
  const short = new Float64Array(names.length);
  for (const end of ends) {
    for (const bars of all) {
      const cut = engine.compute(slice(series, end - bars, end));
      names.forEach((name, place) => {
        const expected = wholeColumns[name]![end - 1]!;
        const found = cut[name]![bars - 1]!;
        const same = Number.isNaN(expected)
          ? Number.isNaN(found)
          : Math.abs(found - expected) <= TOLERANCE * Math.max(scales[place]!, 1e-12);
        if (!same && bars > short[place]!) short[place] = bars;
      });
    }
  }
  const violations: { feature: string; message: string }[] = [];
  const columns = engine.columns.map(({ name, warmUpBars, settleBars }, place): WarmUp => {
    const first = firstSeen[place]!;
    const settledAt = all.find((bars) => bars > short[place]!) ?? null;
    // A flat start can delay a value; none may come early.
    if (first !== null && first < warmUpBars)
      violations.push({
        feature: name,
        message: `its first value came after ${first} bars, the schema says ${warmUpBars}`,
      });
    if (settleBars !== null && short[place]! >= settleBars)
      violations.push({
        feature: name,
        message: `older bars still change it after ${short[place]} bars, the schema says ${settleBars}`,
      });
    return { feature: name, warmUpBars, firstSeen: first, settleBars, settledAt };
  });
  return { columns, violations };
}

function slice(series: Series, from: number, to: number): Series {
  const cut = (column: Float64Array): Float64Array => column.slice(from, to);
  return {
    open: cut(series.open),
    high: cut(series.high),
    low: cut(series.low),
    close: cut(series.close),
    volumeShares: cut(series.volumeShares),
    sessionDay: series.sessionDay.slice(from, to),
    openMinute: series.openMinute?.slice(from, to) ?? null,
    references: Object.fromEntries(Object.entries(series.references).map(([name, column]) => [name, cut(column)])),
  };
}
