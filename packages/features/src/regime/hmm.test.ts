import { makeRng } from '@aion/core';
import { describe, expect, it } from 'vitest';
import {
  lookAheadViolations,
  rangeViolations,
  resumeViolations,
  streamViolations,
  warmUpViolations,
} from '../../test/properties.ts';
import { featureNode, makeFeatureEngine, type FeatureNode } from '../engine/index.ts';
import { randomBars, seriesOf } from '../../test/fixture-bars.ts';
import { scalarKernel, type Series } from '../kernel/index.ts';
import { hmmKernel, hmmWarmUpBars } from './hmm-kernel.ts';
import { filterStates, fitHmm, startFromQuantiles, type GaussianHmm } from './hmm.ts';
import { marketRegime } from './market-regime.ts';

const small: GaussianHmm = {
  states: 2,
  width: 1,
  start: Float64Array.of(0.5, 0.5),
  transition: Float64Array.of(0.9, 0.1, 0.2, 0.8),
  mean: Float64Array.of(0, 1),
  variance: Float64Array.of(1, 1),
};
const density = (value: number, mean: number, variance: number): number =>
  Math.exp(-((value - mean) ** 2) / variance / 2) / Math.sqrt(2 * Math.PI * variance);

/** Filtered probabilities and likelihood by adding up every path of states. */
function byEnumeration(model: GaussianHmm, values: Float64Array) {
  const { states, width, start, transition, mean, variance } = model;
  const count = values.length / width;
  const probs: number[] = [];
  let whole = 0;
  for (let t = 0; t < count; t++) {
    const sums = new Float64Array(states);
    for (let path = 0; path < states ** (t + 1); path++) {
      const at = (step: number): number => Math.floor(path / states ** step) % states;
      let weight = start[at(0)]!;
      for (let step = 0; step <= t; step++) {
        if (step > 0) weight *= transition[at(step - 1) * states + at(step)]!;
        for (let d = 0; d < width; d++) {
          const place = at(step) * width + d;
          weight *= density(values[step * width + d]!, mean[place]!, variance[place]!);
        }
      }
      sums[at(t)]! += weight;
    }
    whole = sums.reduce((sum, one) => sum + one, 0);
    probs.push(...sums.map((sum) => sum / whole));
  }
  return { probs, logLikelihood: Math.log(whole) };
}

/** Observations of a chain that is known: calm around 0 and stirred with the fourfold deviation. */
function simulate(seed: string, count: number) {
  const rng = makeRng(seed);
  const values = new Float64Array(2 * count);
  const truth: number[] = [];
  let state = 0;
  for (let t = 0; t < count; t++) {
    if (rng.next() < (state === 0 ? 0.02 : 0.05)) state = 1 - state;
    truth.push(state);
    values[2 * t] = (state === 0 ? 0.001 : -0.002) + (state === 0 ? 0.005 : 0.02) * rng.normal();
    values[2 * t + 1] = (state === 0 ? -5.5 : -4) + 0.4 * rng.normal();
  }
  return { values, truth };
}

describe('the forward pass', () => {
  it('is the example worked by hand', () => {
    const { probs, logLikelihood } = filterStates(small, Float64Array.of(0, 1));
    // φ(0) = 0.39894, φ(1) = 0.24197. First: 0.39894 : 0.24197. Expected: 0.63572 and 0.36428. Second: 0.63572 · 0.24197 : 0.36428 · 0.39894.
    [0.62246, 0.37754, 0.51421, 0.48579].forEach((prob, i) => expect(probs[i]).toBeCloseTo(prob, 4));
    expect(logLikelihood).toBeCloseTo(Math.log(0.5 * (0.39894 + 0.24197)) + Math.log(0.15383 + 0.14533), 4);
  });

  it('is the sum over all paths', () => {
    const { values } = simulate('paths', 6);
    const model = startFromQuantiles(simulate('start', 60).values, 3, 2, 1);
    const found = filterStates(model, values);
    const expected = byEnumeration(model, values);
    expected.probs.forEach((prob, i) => expect(found.probs[i]).toBeCloseTo(prob, 10));
    expect(found.logLikelihood).toBeCloseTo(expected.logLikelihood, 9);
  });

  it('stays a distribution however unlikely an observation is', () => {
    const { probs } = filterStates(small, Float64Array.of(0, 1e6, -1e6, 0));
    for (let t = 0; t < 4; t++) expect(probs[2 * t]! + probs[2 * t + 1]!).toBeCloseTo(1, 12);
  });
});

describe('fitting', () => {
  it('finds the chain that made the data, its states by volatility', () => {
    const { values, truth } = simulate('fit', 3000);
    const model = fitHmm(values, { states: 2, width: 2, orderBy: 1, rounds: 30 });
    expect(model.mean[1]).toBeCloseTo(-5.5, 1);
    expect(model.mean[3]).toBeCloseTo(-4, 1);
    expect(Math.sqrt(model.variance[0]!) / 0.005).toBeCloseTo(1, 1);
    expect(Math.sqrt(model.variance[2]!) / 0.02).toBeCloseTo(1, 1);
    expect(model.transition[1]).toBeCloseTo(0.02, 2);
    expect(Math.abs(model.transition[2]! - 0.05)).toBeLessThan(0.015);
    const { probs } = filterStates(model, values);
    const right = truth.filter((state, t) => probs[2 * t + 1]! > 0.5 === (state === 1)).length;
    expect(right / truth.length).toBeGreaterThan(0.97);
  });

  it('never makes the data less likely from one round to the next', () => {
    const { values } = simulate('rounds', 300);
    const logs = [0, 1, 2, 3, 5, 8, 12].map(
      (rounds) => filterStates(fitHmm(values, { states: 3, width: 2, orderBy: 1, rounds }), values).logLikelihood,
    );
    for (let i = 1; i < logs.length; i++) expect(logs[i]).toBeGreaterThanOrEqual(logs[i - 1]! - 1e-9);
    expect(logs.at(-1)! - logs[0]!).toBeGreaterThan(1);
  });

  it('is the same each time and survives a series that stands still', () => {
    const { values } = simulate('again', 200);
    const options = { states: 3, width: 2, orderBy: 1, rounds: 5 };
    expect(fitHmm(values, options)).toEqual(fitHmm(values.slice(), options));
    const still = fitHmm(new Float64Array(200), options);
    for (const part of [still.mean, still.variance, still.transition, still.start])
      expect([...part].every(Number.isFinite)).toBe(true);
  });
});

const SCHEDULE = { window: 120, every: 21, rounds: 4 };
const node = featureNode({
  name: 'short_hmm',
  kernel: hmmKernel(SCHEDULE),
  source: 'test',
  columns: ['calm', 'normal', 'volatile'].map((state) => ({
    name: `short_${state}`,
    title: state,
    low: 0,
    high: 1,
    warmUpBars: hmmWarmUpBars(SCHEDULE),
    settleBars: null,
  })),
});

/** What must not be: a state judged with the bars behind it as well (Kim's smoother over the whole series). */
const smoothed: FeatureNode = featureNode({
  source: 'planted',
  kernel: scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    stateLength: 0,
    run({ close }, _needs, _state, from, to, [out]) {
      const values = Float64Array.from(close, (price, i) => Math.log(price / close[Math.max(0, i - 1)]!));
      const model = { ...small, mean: Float64Array.of(0, 0), variance: Float64Array.of(5e-5, 5e-4) };
      const { probs } = filterStates(model, values);
      let after = probs.slice(-2);
      for (let t = close.length - 1; t >= from; t--) {
        const now = probs.slice(2 * t, 2 * t + 2);
        if (t < close.length - 1) {
          const expected = [0, 1].map((s) => now[0]! * model.transition[s]! + now[1]! * model.transition[2 + s]!);
          after = now.map(
            (prob, s) =>
              prob *
              [0, 1].reduce((sum, next) => sum + (model.transition[2 * s + next]! * after[next]!) / expected[next]!, 0),
          );
        }
        if (t < to) out![t] = after[1]!;
      }
    },
  }),
  columns: [{ name: 'planted_smoothed', title: 'smoothed', warmUpBars: 1 }],
});

describe('regimes of a series', () => {
  const series: Series = seriesOf(randomBars('hmm', 260));
  series.close[30] = Number.NaN;
  const whole = seriesOf(randomBars('hmm', 260));

  it('stream, go on and look back alike, and come when they say', () => {
    expect(streamViolations([node], series)).toEqual([]);
    expect(resumeViolations([node], series, [3, 100, 156, 157, 200])).toEqual([]);
    expect(lookAheadViolations([node], series, [155, 156, 157, 177, 198, 259])).toEqual([]);
    expect(rangeViolations([node], series)).toEqual([]);
    expect(warmUpViolations([node], whole)).toEqual([]);
  });

  it('are filtered: smoothing looks ahead and is caught', () => {
    expect(lookAheadViolations([smoothed], whole, [100])).toHaveLength(1);
  });

  it('tell calm from volatile stretches, at the time', () => {
    const rng = makeRng('stretches');
    let price = 100;
    const wild = (i: number): boolean => Math.floor(i / 60) % 2 === 1;
    const close = Float64Array.from(
      { length: 600 },
      (_, i) => (price *= Math.exp((wild(i) ? 0.03 : 0.004) * rng.normal())),
    );
    const bars = { ...whole, open: close, high: close, low: close, close, volumeShares: close };
    const sessionDay = Int32Array.from(close, (_, i) => 19_000 + i);
    const values = makeFeatureEngine([node], ['short_calm', 'short_volatile']).compute({ ...bars, sessionDay });
    let right = 0;
    let judged = 0;
    for (let i = 130; i < 600; i++) {
      // The first bars of a stretch say little yet.
      if (i % 60 < 8) continue;
      judged++;
      // Three states for two kinds of stretch: calm has the calmest, wild the wildest.
      if (
        values[wild(i) ? 'short_volatile' : 'short_calm']![i]! > values[wild(i) ? 'short_calm' : 'short_volatile']![i]!
      )
        right++;
    }
    expect(right / judged).toBeGreaterThan(0.9);
  });

  it('of the market are known on the index’s days alone, and no later day changes them', () => {
    const { close, sessionDay } = whole;
    const gappy = close.map((value, i) => (i === 40 ? Number.NaN : value));
    const made = marketRegime({ sessionDay, close: gappy }, SCHEDULE);
    const earlier = marketRegime({ sessionDay: sessionDay.slice(0, 200), close: gappy.slice(0, 200) }, SCHEDULE);
    for (const [name, series] of Object.entries(made)) {
      expect(series.sessionDay).not.toContain(sessionDay[40]);
      expect(earlier[name]!.close).toEqual(series.close.slice(0, 199));
    }
    const sum = Object.values(made).reduce((total, series) => total + series.close.at(-1)!, 0);
    expect(sum).toBeCloseTo(1, 12);
  });
});
