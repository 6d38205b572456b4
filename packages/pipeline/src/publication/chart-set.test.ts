import { ChartMark } from '@aion/contracts';
import { scanSmartMoney, sliceColumns, type BarColumns } from '@aion/features';
import { describe, expect, it } from 'vitest';
import { dealingRange, makeChartSet } from './chart-set.ts';

/** A drunken walk of a fixed seed: the bars need swings, not sense. */
function walk(length: number, seed: number): BarColumns {
  let state = seed;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const open = new Float64Array(length);
  const [high, low, close, volumeShares] = [open.slice(), open.slice(), open.slice(), open.slice()];
  let last = 100;
  for (let i = 0; i < length; i++) {
    open[i] = last;
    last *= 1 + (next() - 0.5) * 0.05;
    close[i] = last;
    high[i] = Math.max(open[i]!, last) * (1 + next() * 0.01);
    low[i] = Math.min(open[i]!, last) * (1 - next() * 0.01);
    volumeShares[i] = 1000;
  }
  return { open, high, low, close, volumeShares };
}
const days = (length: number): string[] =>
  Array.from({ length }, (_, i) => new Date(Date.UTC(2020, 0, 1) + i * 86_400_000).toISOString().slice(0, 10));
const marksOf = (bars: BarColumns): ChartMark[] =>
  makeChartSet({ D: { times: days(bars.close.length), bars } }).charts.D!.marks;
const ofKind = <K extends ChartMark['kind']>(marks: readonly ChartMark[], kind: K) =>
  marks.filter((mark): mark is Extract<ChartMark, { kind: K }> => mark.kind === kind);

describe('the marks of a chart', () => {
  const bars = walk(400, 11);
  const times = days(400);
  const marks = marksOf(bars);

  it('fit the contract, and are known no later than the last bar and no earlier than what they mark', () => {
    for (const mark of marks) {
      expect(ChartMark.parse(mark)).toEqual(mark);
      expect(mark.knownAt <= times.at(-1)!).toBe(true);
      expect(mark.knownAt >= ('at' in mark ? mark.at : mark.from)).toBe(true);
    }
    expect(new Set(marks.map(({ kind }) => kind)).size).toBe(6);
  });

  it('tell each zone’s states in their order, the first when it was known and the last as its state', () => {
    const zones = ofKind(marks, 'zone');
    expect(zones.some(({ states }) => states.length > 2)).toBe(true);
    for (const { states, state, knownAt } of zones) {
      expect(states[0]!.at).toBe(knownAt);
      expect(states.at(-1)!.state).toBe(state);
      expect(states.map(({ at }) => at)).toEqual(states.map(({ at }) => at).sort());
    }
  });

  it('leave a level only where no bar has reached beyond it since, also when its pivot is out of sight', () => {
    const levels = ofKind(marks, 'level');
    expect(levels.length).toBeGreaterThan(2);
    for (const { side, knownAt, price } of levels) {
      const since = sliceColumns(bars, times.indexOf(String(knownAt)) + 1, 400);
      if (side === 'high') expect(Math.max(...since.high)).toBeLessThanOrEqual(price + 1e-4);
      else expect(Math.min(...since.low)).toBeGreaterThanOrEqual(price - 1e-4);
    }
    expect(levels.some(({ at }) => at < times[150]!)).toBe(true);
  });

  it('every pivot that no later bar passed has its level or an equal one', () => {
    const { pivots, resting } = scanSmartMoney(bars);
    const left = pivots.filter(({ side, knownAt, price }) => {
      const since = sliceColumns(bars, knownAt + 1, 400);
      return side === 'high' ? since.high.every((each) => each <= price) : since.low.every((each) => each >= price);
    });
    expect(left.length).toBeGreaterThanOrEqual(resting.length);
    for (const { side, price } of left) {
      const sign = side === 'high' ? 1 : -1;
      expect(resting.some((each) => each.side === sign && Math.abs(each.price / price - 1) < 0.01)).toBe(true);
    }
  });

  it('give the dealing range that the feature smc_premium measures in, at every length of the series', () => {
    let checked = 0;
    for (let length = 20; length <= 400; length++) {
      const prefix = sliceColumns(bars, 0, length);
      const found = scanSmartMoney(prefix);
      const range = dealingRange(found, prefix);
      const premium = found.columns.smc_premium[length - 1]!;
      if (range === null) {
        expect(premium).toBeNaN();
        continue;
      }
      const place = (prefix.close[length - 1]! - range.low) / (range.high - range.low);
      expect(Math.min(1.5, Math.max(-0.5, place))).toBeCloseTo(premium, 12);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(300);
  });

  it('are none where there are too few bars for a swing', () => {
    expect(ofKind(marksOf(walk(5, 3)), 'range')).toEqual([]);
    expect(ofKind(marksOf(walk(5, 3)), 'level')).toEqual([]);
  });
});
