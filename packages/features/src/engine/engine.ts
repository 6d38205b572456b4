import { AppError, hashOf, lowerBound } from '@aion/core';
import type { Series } from '../kernel/kernel.ts';
import { badBars } from './bad-bars.ts';
import { schemaOf, type AbsenceReason, type FeatureColumn, type FeatureNode } from './node.ts';
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
  /** Everything needed to go on in another process, in room that the caller gives. */
  save(room?: (length: number) => Float64Array): Float64Array;
}

export interface FeatureEngine {
  /** The wanted columns, in the order in which they were asked for. */
  readonly columns: readonly FeatureColumn[];
  /** Changes when a wanted column's definition does. */
  readonly schemaHash: string;
  readonly lookbackBars: number;
  /** Every bar of a series. */
  compute(series: Series, options?: ComputeOptions): FeatureValues;
  /** @param over a run that is over: its memory is used again. */
  start(over?: EngineRun): EngineRun;
  resume(saved: Float64Array, over?: EngineRun): EngineRun;
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

interface RunMemory {
  readonly block: Float64Array;
  readonly states: unknown[];
  seenBars: number;
}

const WHOLE: ComputeOptions = { wholeHistory: true };

/**
 * Computes columns and what they need, each node once per bar. Its memory is reused from series to series: the largest series so far
 * decides its size. Nothing here knows of other instruments, so any order and any number of threads give the same values.
 *
 * @throws AppError(bad_input) when a wanted or needed column is in no node.
 * @example
 * const { columns, nodes } = resolveColumns(['rsi14', 'sma20']);
 * const values = makeFeatureEngine(nodes, columns).compute(series);
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
  /** The wanted columns among the outputs. */
  let flat: Float64Array[] = [];
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
    flat = wanted.map((name) => {
      const { node, output } = places.get(name)!;
      return outputs[node]![output]!;
    });
  };
  const views = (length: number): FeatureValues =>
    Object.fromEntries(wanted.map((name, at) => [name, flat[at]!.subarray(0, length)]));

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
        if (kernel.stateLength === undefined) states[at] = kernel.makeState();
        else (states[at] as Float64Array).fill(0);
        start = bar + 1;
      }
      if (to > start) kernel.run(series, needs[at]!, states[at], start, to, out);
    }
  };
  // States of a fixed length lie in one block, so that saving and taking them up is one copy.
  const blockLength = nodes.reduce((sum, { kernel }) => sum + (kernel.stateLength ?? 0), 0);
  const others = nodes.flatMap(({ kernel }, at) => (kernel.stateLength === undefined ? [at] : []));
  const runs = new WeakMap<EngineRun, RunMemory>();

  const makeRun = (): EngineRun => {
    const block = new Float64Array(blockLength);
    let place = 0;
    const states = nodes.map(({ kernel }): unknown => {
      const { stateLength } = kernel;
      if (stateLength === undefined) return undefined;
      place += stateLength;
      return block.subarray(place - stateLength, place);
    });
    const memory: RunMemory = { block, states, seenBars: 0 };
    const run: EngineRun = {
      advance(series, from, to, options = WHOLE) {
        runNodes(states, series, from, to);
        const values = views(to);
        if (!options.wholeHistory) withholdUnsettled(values, columns, memory.seenBars, from, to);
        memory.seenBars += to - from;
        return values;
      },
      advanceTo(series, from, to, options = WHOLE) {
        runNodes(states, series, from, to);
        memory.seenBars += to - from;
        const row = new Float64Array(wanted.length);
        for (let at = 0; at < row.length; at++) {
          const { settleBars } = columns[at]!;
          const unsettled = !options.wholeHistory && (settleBars === null || memory.seenBars < settleBars);
          row[at] = unsettled ? Number.NaN : flat[at]![to - 1]!;
        }
        return row;
      },
      save(room = (length) => new Float64Array(length)) {
        const parts = others.map((at) => nodes[at]!.kernel.saveState(states[at]));
        let length = 1 + blockLength;
        for (const part of parts) length += part.length + 1;
        const saved = room(length);
        saved[0] = memory.seenBars;
        saved.set(block, 1);
        let at = 1 + blockLength;
        for (const part of parts) {
          saved[at] = part.length;
          saved.set(part, at + 1);
          at += part.length + 1;
        }
        return saved;
      },
    };
    runs.set(run, memory);
    return run;
  };
  const begin = (run: EngineRun): EngineRun => {
    const memory = runs.get(run)!;
    memory.block.fill(0);
    memory.seenBars = 0;
    for (const at of others) memory.states[at] = nodes[at]!.kernel.makeState();
    return run;
  };
  const take = (run: EngineRun, saved: Float64Array): EngineRun => {
    const memory = runs.get(run)!;
    let place = 1 + blockLength;
    if (saved.length >= place) {
      memory.seenBars = saved[0]!;
      memory.block.set(saved.subarray(1, place));
      for (const at of others) {
        const length = saved[place] ?? Number.NaN;
        if (!(place + 1 + length <= saved.length)) break;
        memory.states[at] = nodes[at]!.kernel.loadState(saved.subarray(place + 1, place + 1 + length));
        place += length + 1;
      }
      if (place === saved.length) return run;
    }
    throw new AppError(
      'corrupt',
      'the saved state of features does not belong to these columns; compute them from the first bar',
    );
  };
  /** The run of whole series: nothing of it outlives a computation. */
  let own: EngineRun | undefined;
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
    schemaHash: hashOf({ columns: columns.map(schemaOf), needs: nodes.map(({ name, needs: read }) => [name, read]) }),
    lookbackBars,
    start: (over) => begin(over ?? makeRun()),
    compute: (series, options = WHOLE) => begin((own ??= makeRun())).advance(series, 0, series.close.length, options),
    resume: (saved, over) => take(over ?? makeRun(), saved),
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
  return bars[lowerBound(bars, bar + 1) - 1] ?? -1;
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
