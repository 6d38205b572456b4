import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuse, normalCdf, type ForecastSet } from './fusion.ts';
import { FusionPolicy, VETO_BLOCK_PROB } from './policy.ts';

const policy = FusionPolicy.parse({});
const bullish = (over: Partial<ForecastSet> = {}): ForecastSet => ({
  stockformer: { version: 'v', return10: 0.03, upProb10: 0.66 },
  tft: { version: 'v', return10: 0.02, upper10: 0.09, lower10: -0.05 },
  veto: { version: 'v', longFailProb: 0.5 },
  dayAlignment: 1,
  weekAlignment: 0,
  ...over,
});
const bearish = (over: Partial<ForecastSet> = {}): ForecastSet => ({
  stockformer: { version: 'v', return10: -0.03, upProb10: 0.34 },
  tft: { version: 'v', return10: -0.02, upper10: 0.05, lower10: -0.09 },
  veto: { version: 'v', longFailProb: 0.5 },
  dayAlignment: -1,
  weekAlignment: 0,
  ...over,
});
const anyForecast = fc.record({
  stockformer: fc.record({
    version: fc.constant('v'),
    return10: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
    upProb10: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  tft: fc
    .tuple(fc.double({ min: -0.3, max: 0.3, noNaN: true }), fc.double({ min: 0, max: 0.3, noNaN: true }))
    .map(([return10, half]) => ({ version: 'v', return10, upper10: return10 + half, lower10: return10 - half })),
  veto: fc.record({ version: fc.constant('v'), longFailProb: fc.double({ min: 0, max: 1, noNaN: true }) }),
  dayAlignment: fc.double({ min: -1, max: 1, noNaN: true }),
  weekAlignment: fc.double({ min: -1, max: 1, noNaN: true }),
});

describe('fusion', () => {
  it('makes a BUY when both models agree with an edge, with the veto passing', () => {
    expect(fuse(bullish(), policy, true)).toMatchObject({ kind: 'signal', side: 'BUY', vetoDecision: 'pass' });
  });

  it.each([
    [
      'BUY',
      (longFailProb: number) => bullish({ veto: { version: 'v', longFailProb } }),
      (failProb: number) => failProb,
    ],
    [
      'SELL',
      (longFailProb: number) => bearish({ veto: { version: 'v', longFailProb } }),
      (failProb: number) => 1 - failProb,
    ],
  ] as const)(
    'a %s is blocked by its own chance of failure from 0.65, and ranks higher up to 0.35',
    (side, with_, longOf) => {
      const at = (failProb: number) => fuse(with_(longOf(failProb)), policy, true);
      expect(at(0.65)).toEqual({ kind: 'vetoed', side, failProb: 0.65 });
      const [pass, boost] = [at(0.36), at(0.35)];
      if (pass.kind !== 'signal' || boost.kind !== 'signal') throw new Error('expected signals');
      expect(pass).toMatchObject({ side, vetoDecision: 'pass', failProb: 0.36 });
      expect(boost).toMatchObject({ side, vetoDecision: 'boost', failProb: 0.35 });
      // The boost is a place in the list and no probability.
      expect(boost.confidence).toBe(pass.confidence);
      expect(pass.strength).toBe(pass.confidence);
      expect(boost.strength - boost.confidence).toBeCloseTo(0.05, 9);
      expect(boost.votes.map(({ model }) => model)).toEqual(['StockFormer', 'TFT']);
    },
  );

  it('abstains, with the reason, without an edge, on disagreement and against the trend', () => {
    expect(fuse(bullish({ stockformer: { version: 'v', return10: 0, upProb10: 0.5 } }), policy, true)).toEqual({
      kind: 'abstained',
      why: 'no_edge',
    });
    const apart = bullish({
      stockformer: { version: 'v', return10: 0.1, upProb10: 0.95 },
      tft: { version: 'v', return10: -0.001, upper10: 0.1, lower10: -0.102 },
    });
    expect(fuse(apart, policy, true)).toEqual({ kind: 'abstained', why: 'models_disagree' });
    expect(fuse(bullish({ dayAlignment: -1 }), policy, true)).toEqual({ kind: 'abstained', why: 'against_trend' });
  });

  it('never makes a side against both models, never with a blocking veto, always with a probability above one half', () => {
    const seen = { BUY: 0, SELL: 0, other: 0 };
    fc.assert(
      fc.property(anyForecast, fc.boolean(), (forecasts, riskOn) => {
        const result = fuse(forecasts, policy, riskOn);
        if (result.kind !== 'signal') return void seen.other++;
        seen[result.side]++;
        const direction = result.side === 'BUY' ? 1 : -1;
        expect(Math.sign(forecasts.tft.return10)).toBe(direction);
        expect(Math.sign(forecasts.stockformer.upProb10 - 0.5)).toBe(direction);
        expect(result.confidence).toBeGreaterThanOrEqual(policy.minSideProb - 1e-4);
        expect(result.confidence).toBeLessThanOrEqual(0.99);
        expect(result.failProb).toBeLessThan(VETO_BLOCK_PROB);
        const { longFailProb } = forecasts.veto;
        expect(result.failProb).toBeCloseTo(result.side === 'BUY' ? longFailProb : 1 - longFailProb, 3);
      }),
      { numRuns: 4000 },
    );
    expect(seen.BUY).toBeGreaterThan(40);
    expect(seen.SELL).toBeGreaterThan(40);
    expect(seen.other).toBeGreaterThan(200);
  });

  it('asks more of a BUY while the market is risk-off', () => {
    const marginal = bullish({
      stockformer: { version: 'v', return10: 0.01, upProb10: 0.56 },
      tft: { version: 'v', return10: 0.01, upper10: 0.084, lower10: -0.064 },
    });
    expect(fuse(marginal, policy, true).kind).toBe('signal');
    expect(fuse(marginal, policy, false)).toEqual({ kind: 'abstained', why: 'no_edge' });
  });

  it('has the normal distribution of the tables', () => {
    expect(normalCdf(0)).toBeCloseTo(0.5, 7);
    expect(normalCdf(1.959964)).toBeCloseTo(0.975, 6);
    expect(normalCdf(-1.2815516)).toBeCloseTo(0.1, 6);
  });
});
