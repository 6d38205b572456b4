import { makeFeatureEngine, type FeatureNode, type FeatureValues } from '../src/engine/index.ts';
import { streamFeatures, type Series, type StreamedBar } from '../src/kernel/index.ts';

/** What every feature promises, as functions that list where a catalogue breaks it. */
const namesOf = (nodes: readonly FeatureNode[]): string[] => nodes.flatMap(({ columns }) => columns.map((c) => c.name));
const engineOf = (nodes: readonly FeatureNode[]) => makeFeatureEngine(nodes, namesOf(nodes));

/** The same bars without the first ones, or up to a bar. */
export function cutSeries(series: Series, from: number, to: number): Series {
  return {
    open: series.open.slice(from, to),
    high: series.high.slice(from, to),
    low: series.low.slice(from, to),
    close: series.close.slice(from, to),
    volumeShares: series.volumeShares.slice(from, to),
    sessionDay: series.sessionDay.slice(from, to),
    openMinute: series.openMinute?.slice(from, to) ?? null,
    references: Object.fromEntries(
      Object.entries(series.references).map(([name, values]) => [name, values.slice(from, to)]),
    ),
  };
}

/** First bar of each column at which it differs from the whole's, bar by bar to the bit. */
function unequal(found: FeatureValues, whole: FeatureValues, from: number, to: number): string[] {
  return Object.entries(found).flatMap(([name, values]) => {
    for (let i = from; i < to; i++) {
      if (!Object.is(values[i], whole[name]![i])) return [`${name}@${i}: ${values[i]}, expected ${whole[name]![i]}`];
    }
    return [];
  });
}

/** Columns whose values bar by bar are not those of the batch. */
export function streamViolations(nodes: readonly FeatureNode[], series: Series): string[] {
  const engine = engineOf(nodes);
  const whole = engine.compute(series);
  const references = Object.keys(series.references);
  const stream = streamFeatures(engineOf(nodes), references);
  const wrong = new Map<string, string>();
  for (let i = 0; i < series.close.length; i++) {
    const bar: StreamedBar = {
      sessionDay: series.sessionDay[i]!,
      ...(series.openMinute === null ? {} : { openMinute: series.openMinute[i]! }),
      open: series.open[i]!,
      high: series.high[i]!,
      low: series.low[i]!,
      close: series.close[i]!,
      volumeShares: series.volumeShares[i]!,
      references: Object.fromEntries(references.map((name) => [name, series.references[name]![i]!])),
    };
    for (const [name, value] of Object.entries(stream.update(bar))) {
      const expected = whole[name]![i]!;
      if (!Object.is(value, expected) && !wrong.has(name)) wrong.set(name, `${name}@${i}: ${value}, batch ${expected}`);
    }
  }
  return [...wrong.values()];
}

/** Columns that do not go on from a state saved at a bar as if they had never stopped. */
export function resumeViolations(nodes: readonly FeatureNode[], series: Series, stops: readonly number[]): string[] {
  const length = series.close.length;
  const whole = engineOf(nodes).compute(series);
  return stops.flatMap((stop) => {
    const first = engineOf(nodes).start();
    first.advance(series, 0, stop);
    return unequal(engineOf(nodes).resume(first.save()).advance(series, stop, length), whole, stop, length);
  });
}

/** Columns that a longer history changes in the past. */
export function lookAheadViolations(nodes: readonly FeatureNode[], series: Series, ends: readonly number[]): string[] {
  const whole = engineOf(nodes).compute(series);
  const engine = engineOf(nodes);
  return ends.flatMap((end) => unequal(engine.compute(cutSeries(series, 0, end)), whole, 0, end));
}

/**
 * Columns whose first value does not come when the schema says; those that wait for something to happen (a pivot, the end of a month) may come
 * later than that, never earlier.
 */
export function warmUpViolations(
  nodes: readonly FeatureNode[],
  series: Series,
  waiting: readonly string[] = [],
): string[] {
  const engine = engineOf(nodes);
  const values = engine.compute(series);
  return engine.columns.flatMap(({ name, warmUpBars }) => {
    const first = values[name]!.findIndex((value) => !Number.isNaN(value));
    const due = waiting.includes(name) ? first >= warmUpBars - 1 : first === warmUpBars - 1;
    return due ? [] : [`${name}: first value at bar ${first + 1}, declared ${warmUpBars}`];
  });
}

/** Columns with a value outside their range; it may be rounded by a billionth. */
export function rangeViolations(nodes: readonly FeatureNode[], series: Series): string[] {
  const engine = engineOf(nodes);
  const values = engine.compute(series);
  return engine.columns.flatMap(({ name, low, high }) => {
    const slack = 1e-9 * Math.max(1, Math.abs(low ?? 0), Math.abs(high ?? 0));
    const at = values[name]!.findIndex(
      (value) =>
        value < (low ?? -Infinity) - slack || value > (high ?? Infinity) + slack || Math.abs(value) === Infinity,
    );
    return at === -1 ? [] : [`${name}@${at}: ${values[name]![at]}, declared ${low} to ${high}`];
  });
}

/** A value that has settled may still move by so much of its scale. */
const SETTLED = 1e-6;

/** Columns that bars older than `settleBars` still change: by a millionth of their range, or of their largest value where they have none. */
export function settleViolations(nodes: readonly FeatureNode[], series: Series, starts: readonly number[]): string[] {
  const engine = engineOf(nodes);
  const length = series.close.length;
  const whole = engine.compute(series);
  const cut = engineOf(nodes);
  return starts.flatMap((start) => {
    const values = cut.compute(cutSeries(series, start, length));
    return engine.columns.flatMap(({ name, low, high, settleBars }) => {
      if (settleBars === null) return [];
      const expected = whole[name]!;
      const scale =
        low !== null && high !== null
          ? high - low
          : expected.reduce((top, value) => (Math.abs(value) > top ? Math.abs(value) : top), 0);
      for (let i = start + settleBars - 1; i < length; i++) {
        const found = values[name]![i - start]!;
        const settled = Math.abs(found - expected[i]!) <= SETTLED * scale;
        if (!settled && !(Number.isNaN(found) && Number.isNaN(expected[i]!)))
          return [`${name}@${i}: ${found} from bar ${start} on, ${expected[i]} from the first`];
      }
      return [];
    });
  });
}
