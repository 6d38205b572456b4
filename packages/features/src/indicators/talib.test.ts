import { makeRng } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { hasRealData, realFile } from '../../../market/test/real-data.ts';
import { settleViolations } from '../../test/properties.ts';
import { callTalib, loadTalib } from '../../test/talib.ts';
import { scaleOf, TALIB_CASES, type TalibCase } from '../../test/talib-cases.ts';
import { resolveColumns } from '../catalogue/index.ts';
import { sliceColumns, type BarColumns } from '../columns.ts';
import { makeFeatureEngine } from '../engine/index.ts';
import { randomBars, seriesOf } from '../../test/fixture-bars.ts';
import { bollingerKernel } from './volatility/bollinger.ts';
import { INDICATOR_NODES } from './nodes.ts';
import { runKernel } from './run-kernel.ts';

const TOLERANCE = 1e-9;
const talib = loadTalib();
const names = TALIB_CASES.flatMap(({ columns }) => columns);
const { columns, nodes } = resolveColumns(names);
const engine = makeFeatureEngine(nodes, columns);

/** Every way in which our columns differ from TA-Lib's: a value where the other has none, or one too far off. */
function differences(bars: BarColumns, cases: readonly TalibCase[] = TALIB_CASES): string[] {
  const ours = engine.compute(seriesOf(bars));
  return cases.flatMap((asked) => {
    const inputs = asked.inputs.map((name) =>
      asked.inMillionths && name !== 'volumeShares' ? bars[name].map((price) => Math.round(price * 1e6)) : bars[name],
    );
    const theirs = callTalib(talib, { ...asked, inputs, outputs: asked.columns.length });
    const scale = scaleOf(asked, bars);
    return asked.columns.flatMap((name, output) => {
      for (const [i, expected] of theirs[output]!.entries()) {
        const found = ours[name]![i]!;
        const close = Math.abs(found - expected) <= TOLERANCE * Math.max(scale, Math.abs(expected));
        if (!(close || (Number.isNaN(found) && Number.isNaN(expected))))
          return [`${name}@${i}: ${found}, TA-Lib ${expected}`];
      }
      return [];
    });
  });
}

const map = (bars: BarColumns, change: (price: number, i: number) => number): BarColumns => ({
  open: bars.open.map(change),
  high: bars.high.map(change),
  low: bars.low.map(change),
  close: bars.close.map(change),
  volumeShares: bars.volumeShares,
});
const constant = (price: number): BarColumns => map(randomBars('volume', 300), () => price);

describe('indicators equal TA-Lib to 1e-9', () => {
  it('on a random walk in ticks, first value included', () => {
    expect(differences(randomBars('walk', 600))).toEqual([]);
    expect(differences(randomBars('another', 600))).toEqual([]);
  });

  it('on bars that stand still', () => {
    expect(differences(constant(250))).toEqual([]);
  });

  it('on bars full of ties: few prices, few volumes, equal highs and lows', () => {
    const ticks = map(randomBars('ties', 600), (price) => Math.max(1, Math.round(price / 25)));
    expect(differences({ ...ticks, volumeShares: ticks.volumeShares.map((v) => Math.round(v / 100_000)) })).toEqual([]);
  });

  it('across gaps of half and of ten times the price', () => {
    const levels = [1, 0.5, 5, 0.6, 60, 1];
    expect(differences(map(randomBars('gaps', 600), (price, i) => price * levels[Math.floor(i / 100)]!))).toEqual([]);
  });

  it('but for the money flow of typical prices that are equal in ticks, which TA-Lib lets the last bit decide', () => {
    // The same sum in ticks by other prices: 100.10 + 99.95 + 100.05 and 100.15 + 99.85 + 100.10.
    const rows = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? [100.1, 99.95, 100.05] : [100.15, 99.85, 100.1]));
    const column = (place: number): Float64Array => Float64Array.from(rows, (row) => row[place]!);
    const bars = {
      open: column(2),
      high: column(0),
      low: column(1),
      close: column(2),
      volumeShares: new Float64Array(40).fill(1000),
    };
    expect(new Set(engine.compute(seriesOf(bars))['mfi14']!.subarray(14))).toEqual(new Set([0]));
    const rising = {
      ...bars,
      close: bars.close.map((price, i) => price + 0.05 * i),
      high: bars.high.map((price, i) => price + 0.05 * i),
    };
    expect(new Set(engine.compute(seriesOf(rising))['mfi14']!.subarray(14))).toEqual(new Set([100]));
  });

  it('on two prices that take turns', () => {
    const rng = makeRng('two');
    const side = Array.from({ length: 300 }, () => rng.int(2));
    expect(differences(map(randomBars('volume', 300), (_price, i) => 100 + 0.05 * side[i]!))).toEqual([]);
    expect(differences(map(randomBars('volume', 300), (_price, i) => 100 + 0.05 * (i % 2)))).toEqual([]);
  });

  it('on histories of every length up to beyond the longest warm-up of an oscillator', () => {
    const bars = randomBars('short', 62);
    for (let length = 1; length <= 62; length++)
      expect(differences(sliceColumns(bars, 0, length)), `${length} bars`).toEqual([]);
    const longer = randomBars('short', 202);
    for (const length of [198, 199, 200, 201, 202])
      expect(differences(sliceColumns(longer, 0, length)), `${length} bars`).toEqual([]);
  });

  it('and the comparison catches a period that is one off, and a late first value', () => {
    const asked = TALIB_CASES.find(({ name }) => name === 'RSI')!;
    expect(differences(randomBars('walk', 100), [{ ...asked, options: [3] }])).toHaveLength(1);
    const average = TALIB_CASES.find(({ name }) => name === 'SMA')!;
    expect(differences(constant(250), [{ ...average, options: [6] }])).toEqual([expect.stringContaining('TA-Lib NaN')]);
  });
});

describe('where TA-Lib rounds, the indicators are exact', () => {
  const still = constant(123.45);

  it('Bollinger bands of a price that stands still have no width; TA-Lib leaves 1e-8 of the price', () => {
    const [upper, middle, lower, place] = runKernel(bollingerKernel(20), still) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    expect([upper[299], middle[299], lower[299], place[299]]).toEqual([123.45, 123.45, 123.45, Number.NaN]);
    const theirs = callTalib(talib, { name: 'BBANDS', inputs: [still.close], options: [20, 2, 2, 0], outputs: 3 });
    expect(theirs[0]![299]! - 123.45).toBeGreaterThan(1e-6);
  });

  it('CCI of a price that stands still is 0 whatever the price; TA-Lib divides rounding by rounding', () => {
    const { cci14, cci20 } = engine.compute(seriesOf(still));
    expect([cci14![299], cci20![299]]).toEqual([0, 0]);
    const { high, low, close } = still;
    const [theirs] = callTalib(talib, { name: 'CCI', inputs: [high, low, close], options: [14] });
    expect(Math.abs(theirs![299]!)).toBeCloseTo(200 / 3, 6);
  });

  it('all else equals TA-Lib there too', () => {
    const others = TALIB_CASES.filter(({ name }) => name !== 'BBANDS' && name !== 'CCI');
    expect(differences(still, others)).toEqual([]);
  });

  it('the deviation of a far-off price is that of the price itself', () => {
    const near = randomBars('offset', 200).close.map((close) => Math.round(close * 20));
    const far = near.map((ticks) => ticks + 2 ** 40);
    const spreads = [near, far].map((close) => {
      const bars = { open: close, high: close, low: close, close, volumeShares: close };
      const [upper, , lower] = runKernel(bollingerKernel(20), bars);
      return upper![199]! - lower![199]!;
    });
    expect(spreads[1]! / spreads[0]!).toBeCloseTo(1, 5);
  });
});

describe.skipIf(!hasRealData)('on real 5-minute bars of a listed company', () => {
  const rows = (): number[][] =>
    new TextDecoder()
      .decode(realFile('nse_intraday_5m_RELIANCE_2025.csv.gz'))
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').slice(2).map(Number));
  const realBars = (): BarColumns => {
    const read = rows();
    const column = (place: number): Float64Array => Float64Array.from(read, (row) => row[place]!);
    return { open: column(0), high: column(1), low: column(2), close: column(3), volumeShares: column(4) };
  };

  it('indicators equal TA-Lib', () => {
    const bars = realBars();
    expect(bars.close.length).toBeGreaterThan(5000);
    expect(differences(bars)).toEqual([]);
  });

  it('indicators have forgotten what is older than their settle bars', () => {
    expect(settleViolations(INDICATOR_NODES, seriesOf(realBars(), 75), [75, 500])).toEqual([]);
  });
});
