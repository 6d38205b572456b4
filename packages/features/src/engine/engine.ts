import { AppError, hashOf } from '@aion/core';
import type { Series } from '../kernel/kernel.ts';
import { badBars } from './bad-bars.ts';
import type { AbsenceReason, FeatureColumn, FeatureNode } from './node.ts';
import { orderNodes } from './order.ts';

/** Values of every wanted column; views over the engine's own memory, valid until its next computation. */
export type FeatureValues = Readonly<Record<string, Float64Array>>;

export interface ComputeOptions {
  /** False when the series begins later than the instrument's history: values that depend on what is missing are not given. */
  readonly wholeHistory: boolean;
}

/** The states of all nodes after some bar. */
export interface EngineRun {
  /** Computes bars [from, to) of a series whose bars before `from` are those already seen (at least `lookbackBars` of them). */
  advance(series: Series, from: number, to: number, options?: ComputeOptions): FeatureValues;
  /** The same, with the values of the last bar alone: of one bar, naming all columns is most of the work. */
  advanceTo(series: Series, from: number, to: number, options?: ComputeOptions): Float64Array;
  /** Everything needed to go on in another process. */
  save(): Float64Array;
}

export interface FeatureEngine {
  /** The wanted columns, in the order in which they were asked for. */
  readonly columns: readonly FeatureColumn[];
  /** Changes when a wanted column's definition does. */
  readonly schemaHash: string;
  readonly lookbackBars: number;
  /** Every bar of a series. */
  compute(series: Series, options?: ComputeOptions): FeatureValues;
  start(): EngineRun;
  resume(saved: Float64Array): EngineRun;
  /**
   * Makes a function that says why values are NaN at a bar of a series computed from its first bar on: given the bar's values in the order of
   * `columns`, a reason for each; undefined where there is a value.
   */
  explain(
    series: Series,
    options?: ComputeOptions,
  ): (row: ArrayLike<number>, bar: number) => (AbsenceReason | undefined)[];
  /** The same for one bar of computed columns. */
  absences(series: Series, values: FeatureValues, bar: number, options?: ComputeOptions): (AbsenceReason | undefined)[];
}

const WHOLE: ComputeOptions = { wholeHistory: true };

/**
 * Computes columns and what they need, each node once per bar. Its memory is reused from series to series: the largest series so far
 * decides its size. Nothing here knows of other instruments, so any order and any number of threads give the same values.
 *
 * @throws AppError(bad_input) when a wanted or needed column is in no node.
 */
export function makeFeatureEngine(catalogue: readonly FeatureNode[], wanted: readonly string[]): FeatureEngine {
  const nodes = orderNodes(catalogue, wanted);
  const places = new Map<string, { node: number; output: number }>();
  nodes.forEach((node, at) => node.columns.forEach(({ name }, output) => places.set(name, { node: at, output })));
  const columnOf = (name: string): FeatureColumn => {
    const place = places.get(name);
    if (place === undefined) throw new AppError('bad_input', `there is no feature column "${name}"`);
    return nodes[place.node]!.columns[place.output]!;
  };
  const columns = wanted.map(columnOf);
  const lookbackBars = Math.max(0, ...nodes.map(({ kernel }) => kernel.lookbackBars));
  let capacity = 0;
  let outputs: Float64Array[][] = [];
  let needs: Float64Array[][] = [];
  const reserve = (length: number): void => {
    if (length <= capacity) return;
    capacity = Math.ceil(length * 1.25);
    outputs = nodes.map(({ columns: made }) => made.map(() => new Float64Array(capacity)));
    needs = nodes.map((node) =>
      node.needs.map((name) => {
        const { node: at, output } = places.get(name)!;
        return outputs[at]![output]!;
      }),
    );
  };
  const views = (length: number): FeatureValues =>
    Object.fromEntries(
      wanted.map((name) => {
        const { node, output } = places.get(name)!;
        return [name, outputs[node]![output]!.subarray(0, length)];
      }),
    );

  const wantedNodes = wanted.map((name) => places.get(name)!.node);
  const wantedOutputs = wanted.map((name) => places.get(name)!.output);

  /** Brings all nodes over bars [from, to). */
  const runNodes = (states: unknown[], series: Series, from: number, to: number): void => {
    reserve(to);
    const bad = badBars(series, from, to);
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at]!;
      const out = outputs[at]!;
      const { kernel } = node;
      if (node.references.length > 0 && node.references.some((name) => series.references[name] === undefined)) {
        for (const column of out) column.fill(Number.NaN, from, to);
        continue;
      }
      let start = from;
      for (const bar of node.readsVolume ? bad.volume : bad.price) {
        if (bar > start) kernel.run(series, needs[at]!, states[at], start, bar, out);
        for (const column of out) column[bar] = Number.NaN;
        states[at] = kernel.makeState();
        start = bar + 1;
      }
      if (to > start) kernel.run(series, needs[at]!, states[at], start, to, out);
    }
  };
  const makeRun = (states: unknown[], seenBars: number): EngineRun => ({
    advance(series, from, to, options = WHOLE) {
      runNodes(states, series, from, to);
      const values = views(to);
      if (!options.wholeHistory) withholdUnsettled(values, columns, seenBars, from, to);
      seenBars += to - from;
      return values;
    },
    advanceTo(series, from, to, options = WHOLE) {
      runNodes(states, series, from, to);
      seenBars += to - from;
      const row = new Float64Array(wanted.length);
      for (let at = 0; at < row.length; at++) {
        const { settleBars } = columns[at]!;
        const unsettled = !options.wholeHistory && (settleBars === null || seenBars < settleBars);
        row[at] = unsettled ? Number.NaN : outputs[wantedNodes[at]!]![wantedOutputs[at]!]![to - 1]!;
      }
      return row;
    },
    save() {
      const parts = nodes.map(({ kernel }, at) => kernel.saveState(states[at]));
      const saved = new Float64Array(1 + parts.reduce((sum, part) => sum + part.length + 1, 0));
      saved[0] = seenBars;
      let place = 1;
      for (const part of parts) {
        saved[place] = part.length;
        saved.set(part, place + 1);
        place += part.length + 1;
      }
      return saved;
    },
  });
  const start = (): EngineRun =>
    makeRun(
      nodes.map(({ kernel }) => kernel.makeState()),
      0,
    );
  const explain: FeatureEngine['explain'] = (series, options = WHOLE) => {
    // Most series have no bad bar and most bars no missing value: both are asked for only when one is met.
    let bad: ReturnType<typeof badBars> | undefined;
    return (row, bar) =>
      columns.map((column, place) => {
        if (!Number.isNaN(row[place])) return undefined;
        bad ??= badBars(series, 0, series.close.length);
        const node = nodes[places.get(column.name)!.node]!;
        const broken = lastUpTo(node.readsVolume ? bad.volume : bad.price, bar);
        if (broken === bar) return 'bad_bar';
        if (node.references.some((name) => Number.isNaN(series.references[name]?.[bar] ?? Number.NaN)))
          return 'no_reference';
        if (bar - broken < column.warmUpBars) return 'short_history';
        if (!options.wholeHistory && (column.settleBars === null || bar + 1 < column.settleBars))
          return 'unsettled_history';
        return node.absence;
      });
  };
  return {
    columns,
    schemaHash: hashOf({ columns, needs: nodes.map(({ name, needs: read }) => [name, read]) }),
    lookbackBars,
    start,
    compute: (series, options = WHOLE) => start().advance(series, 0, series.close.length, options),
    resume(stored) {
      // One copy of its own: the states of most kernels are views of it.
      const saved = stored.slice();
      let place = 1;
      const states = nodes.map(({ kernel }) => {
        const length = saved[place]!;
        const state: unknown = kernel.loadState(saved.subarray(place + 1, place + 1 + length));
        place += length + 1;
        return state;
      });
      if (place !== saved.length || Number.isNaN(place)) {
        throw new AppError(
          'corrupt',
          'the saved state of features does not belong to these columns; compute them from the first bar',
        );
      }
      return makeRun(states, saved[0]!);
    },
    explain,
    absences: (series, values, bar, options) =>
      explain(series, options)(
        columns.map(({ name }) => values[name]![bar]!),
        bar,
      ),
  };
}

/** The last of ascending bars that is not after `bar`; −1 when there is none. */
function lastUpTo(bars: readonly number[], bar: number): number {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bars[middle]! <= bar) low = middle + 1;
    else high = middle;
  }
  return bars[low - 1] ?? -1;
}

/** On a history that was cut, a value that the missing bars could change is no value. */
function withholdUnsettled(
  values: FeatureValues,
  columns: readonly FeatureColumn[],
  seenBefore: number,
  from: number,
  to: number,
): void {
  for (const { name, settleBars } of columns) {
    const until = settleBars === null ? to : Math.min(to, from + Math.max(0, settleBars - 1 - seenBefore));
    if (until > from) values[name]!.fill(Number.NaN, from, until);
  }
}
