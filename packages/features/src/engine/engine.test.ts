import { describe, expect, it } from 'vitest';
import { resolveColumns } from '../catalogue/index.ts';
import { randomBars, seriesOf } from '../../test/fixture-bars.ts';
import { scalarKernel, streamFeatures, type Kernel } from '../kernel/index.ts';
import { featureNode, makeFeatureEngine, type FeatureNode } from './index.ts';

const lastClose: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: 1,
  stateLength: 1,
  run({ close }, _needs, state, from, to, [out]) {
    for (let i = from; i < to; i++) out![i] = state[0]!++ === 0 ? Number.NaN : close[i]! / close[i - 1]! - 1;
  },
});
const meanOf: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: 0,
  stateLength: 2,
  run(_series, [read], state, from, to, [out]) {
    for (let i = from; i < to; i++) {
      if (!Number.isNaN(read![i]!)) {
        state[0]! += read![i]!;
        state[1]!++;
      }
      out![i] = state[1]! > 0 ? state[0]! / state[1]! : Number.NaN;
    }
  },
});
const nodes: FeatureNode[] = [
  featureNode({
    kernel: meanOf,
    source: 'test',
    needs: ['change'],
    columns: [{ name: 'mean_change', title: 'mean', warmUpBars: 2, settleBars: null }],
  }),
  featureNode({ kernel: lastClose, source: 'test', columns: [{ name: 'change', title: 'change', warmUpBars: 2 }] }),
];
const engine = makeFeatureEngine(nodes, ['mean_change', 'change']);

describe('feature engine', () => {
  it('computes what a column needs before it, whatever the order of the catalogue', () => {
    const series = seriesOf(randomBars('order', 50));
    const { mean_change: mean, change } = engine.compute(series);
    const expected = change!.slice(1).reduce((sum, value) => sum + value, 0) / 49;
    expect(mean![49]).toBeCloseTo(expected, 12);
  });

  it('refuses a column that is in no node, and a catalogue that needs itself', () => {
    expect(() => makeFeatureEngine(nodes, ['nothing'])).toThrow('no feature column "nothing"');
    const circle = { ...nodes[0]!, needs: ['mean_change'] };
    expect(() => makeFeatureEngine([circle], ['mean_change'])).toThrow('needs itself');
    expect(() => makeFeatureEngine([nodes[1]!, nodes[1]!], ['change'])).toThrow('two nodes make');
  });

  it('starts again behind a bar without a price, and says why a value is missing', () => {
    const series = seriesOf(randomBars('bad', 20));
    series.close[10] = Number.NaN;
    const { change } = engine.compute(series);
    expect([9, 10, 11, 12].map((i) => Number.isNaN(change![i]!))).toEqual([false, true, true, false]);
    const values = engine.compute(series);
    expect(engine.absences(series, values, 10)).toEqual(['bad_bar', 'bad_bar']);
    expect(engine.absences(series, values, 11)).toEqual(['short_history', 'short_history']);
    expect(engine.absences(series, values, 0)[1]).toBe('short_history');
    expect(engine.absences(series, values, 12)).toEqual([undefined, undefined]);
  });

  it('does not give on a cut history what the missing bars could change', () => {
    const series = seriesOf(randomBars('cut', 20));
    const cut = { wholeHistory: false };
    const values = engine.compute(series, cut);
    const { change, mean_change: mean } = values;
    expect(Number.isNaN(change![0]!) && !Number.isNaN(change![1]!)).toBe(true);
    expect(mean!.every(Number.isNaN)).toBe(true);
    expect(engine.absences(series, values, 19, cut)).toEqual(['unsettled_history', undefined]);
  });

  it('goes on from a saved state as if it had never stopped, and refuses a state of other columns', () => {
    const series = seriesOf(randomBars('saved', 200));
    const whole = engine.compute(series)['mean_change']!.slice();
    const first = engine.start();
    first.advance(series, 0, 120);
    const again = engine.resume(first.save());
    expect([...again.advance(series, 120, 200)['mean_change']!.slice(120)]).toEqual([...whole.slice(120)]);
    expect(() => makeFeatureEngine(nodes, ['change']).resume(first.save())).toThrow('does not belong');
  });

  it('streams the values of the batch, through more bars than it keeps', () => {
    const series = seriesOf(randomBars('stream', 300));
    series.high[77] = Number.NaN;
    const { columns, nodes: all } = resolveColumns(['sma20', 'sma7']);
    const averages = makeFeatureEngine(all, columns);
    const batch = averages.compute(series);
    const stream = streamFeatures(averages);
    for (let i = 0; i < 300; i++) {
      const values = stream.update({
        sessionDay: series.sessionDay[i]!,
        open: series.open[i]!,
        high: series.high[i]!,
        low: series.low[i]!,
        close: series.close[i]!,
        volumeShares: series.volumeShares[i]!,
      });
      expect(values).toEqual({ sma20: batch['sma20']![i], sma7: batch['sma7']![i] });
    }
  });
});
