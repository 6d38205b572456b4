import { OHLCV_COLUMNS, PERIOD_END } from '@aion/market';
import { makeFeatureEngine, type EngineRun, type FeatureEngine } from '../engine/index.ts';
import { INDICATOR_NODES } from '../indicators/nodes.ts';
import type { Kernel, Series } from '../kernel/kernel.ts';
import { SMART_MONEY_NODES } from '../smart-money/index.ts';
import { alignmentAt } from './alignment.ts';
import { PERIOD_CLOSES, type Period } from './period-closes.ts';

/** Bars of the longer timeframe that have closed, of which only the engine's look-back is needed again. */
interface State {
  readonly run: EngineRun;
  readonly closed: PeriodBuffer;
  /** Bars that have closed in all. */
  count: number;
  /** The bar under way: its period's last day (NaN: none), open, high, low, close, volume. */
  readonly open: Float64Array;
  value: number;
}

/** Count, value, kept bars, then the bar under way. */
const HEAD = 9;

/**
 * Alignment of weeks or months at every daily bar, from bars that had closed by then: the average of the trend's three signs at the last
 * closed bar. NaN below `minimumBars` closed ones. A week's bar closes with the exchange's last session of it, traded or not.
 */
export function periodAlignmentKernel(period: Period, minimumBars: number): Kernel<State> {
  let engine: FeatureEngine | undefined;
  // Made at first use: the nodes it stands on are part of the same catalogue.
  const longer = (): FeatureEngine =>
    (engine ??= makeFeatureEngine([...INDICATOR_NODES, ...SMART_MONEY_NODES], ['ema20', 'ema50', 'smc_trend']));
  const makeState = (): State => ({
    run: longer().start(),
    closed: new PeriodBuffer(),
    count: 0,
    open: new Float64Array(6).fill(Number.NaN),
    value: Number.NaN,
  });
  return {
    outputs: 1,
    lookbackBars: 0,
    makeState,
    run(series, _needs, state, from, to, [out]) {
      const closes = series.references[PERIOD_CLOSES[period]]!;
      const { open: bar, closed } = state;
      closed.keepLast(longer().lookbackBars);
      const before = closed.length;
      // First how many longer bars had closed by each daily bar, then all of them in one go, then each daily bar's value.
      const closedBy = out!;
      for (let i = from; i < to; i++) {
        const day = series.sessionDay[i]!;
        if (!Number.isNaN(bar[0]!) && day > bar[0]!) closed.add(bar);
        if (Number.isNaN(bar[0]!)) begin(bar, PERIOD_END[period](day), series, i);
        else extend(bar, series, i);
        if (closes[i] === 1) closed.add(bar);
        closedBy[i] = closed.length;
      }
      const values = state.run.advance(closed.series(), before, closed.length);
      const [ema20, ema50, trend] = [values['ema20']!, values['ema50']!, values['smc_trend']!];
      const gone = state.count - before;
      for (let i = from, at = before; i < to; i++) {
        for (; at < closedBy[i]!; at++) {
          state.value = gone + at + 1 < minimumBars ? Number.NaN : alignmentAt(closed.close, ema20, ema50, trend, at);
        }
        out![i] = state.value;
      }
      state.count = gone + closed.length;
    },
    saveState(state) {
      const run = state.run.save();
      state.closed.keepLast(longer().lookbackBars);
      const kept = state.closed.length;
      const saved = new Float64Array(HEAD + kept * OHLCV_COLUMNS.length + run.length);
      saved[0] = state.count;
      saved[1] = state.value;
      saved[2] = kept;
      saved.set(state.open, 3);
      state.closed.write(saved, HEAD);
      saved.set(run, HEAD + kept * OHLCV_COLUMNS.length);
      return saved;
    },
    loadState(values) {
      const end = HEAD + values[2]! * OHLCV_COLUMNS.length;
      const closed = new PeriodBuffer();
      for (let at = HEAD; at < end; at += OHLCV_COLUMNS.length) closed.push(values, at);
      return {
        run: longer().resume(values.subarray(end)),
        closed,
        count: values[0]!,
        open: values.slice(3, HEAD),
        value: values[1]!,
      };
    },
  };
}

function begin(bar: Float64Array, end: number, series: Series, i: number): void {
  bar[0] = end;
  bar[1] = series.open[i]!;
  bar[2] = series.high[i]!;
  bar[3] = series.low[i]!;
  bar[4] = series.close[i]!;
  bar[5] = series.volumeShares[i]!;
}

function extend(bar: Float64Array, series: Series, i: number): void {
  if (series.high[i]! > bar[2]!) bar[2] = series.high[i]!;
  if (series.low[i]! < bar[3]!) bar[3] = series.low[i]!;
  bar[4] = series.close[i]!;
  bar[5]! += series.volumeShares[i]!;
}

/** Closed bars as columns that grow. */
class PeriodBuffer {
  length = 0;
  private columns = OHLCV_COLUMNS.map(() => new Float64Array(16));

  get close(): Float64Array {
    return this.columns[3]!;
  }

  /** Takes the bar under way as closed and leaves none under way. */
  add(bar: Float64Array): void {
    this.push(bar, 1);
    bar[0] = Number.NaN;
  }

  push(values: Float64Array, from: number): void {
    if (this.length === this.columns[0]!.length) {
      this.columns = this.columns.map((column) => {
        const larger = new Float64Array(2 * column.length);
        larger.set(column);
        return larger;
      });
    }
    for (let at = 0; at < OHLCV_COLUMNS.length; at++) this.columns[at]![this.length] = values[from + at]!;
    this.length++;
  }

  keepLast(bars: number): void {
    const gone = this.length - bars;
    if (gone <= 0) return;
    for (const column of this.columns) column.copyWithin(0, gone, this.length);
    this.length = bars;
  }

  series(): Series {
    const [open, high, low, close, volumeShares] = this.columns as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    return { open, high, low, close, volumeShares, sessionDay: NO_DAYS, openMinute: null, references: {} };
  }

  write(into: Float64Array, place: number): void {
    let next = place;
    for (let at = 0; at < this.length; at++) for (const column of this.columns) into[next++] = column[at]!;
  }
}

const NO_DAYS = new Int32Array(0);
