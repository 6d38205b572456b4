import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planTrade, type PlanInput } from './trade-plan.ts';

const base: PlanInput = {
  close: 100,
  atr14: 2,
  supports: [97.5, 90],
  restingAbove: [],
  band: { median: 104, high: 112 },
  tickMinor: 5,
  leastRewardFrac: 0.0105,
  validUntil: '2026-03-06',
};
const planOf = (over: Partial<PlanInput> = {}) => {
  const result = planTrade({ ...base, ...over });
  if (result.kind !== 'plan') throw new Error(`no plan: ${result.why}`);
  return result.plan;
};

/** Evenly, where `fc.double` would mostly give the smallest of them. */
const between = (min: number, max: number) =>
  fc.integer({ min: 0, max: 1_000_000 }).map((part) => min + ((max - min) * part) / 1_000_000);

describe('a trade plan', () => {
  it('keeps every promise of its prices, for every price, tick and structure', () => {
    const seen = { plans: 0, structure: 0, range: 0, liquidity: 0, multiple: 0, band: 0, no_plan: 0, thin_reward: 0 };
    fc.assert(
      fc.property(
        between(20, 50_000),
        // Quiet shares among them: a multiple of their risk pays too little.
        fc.oneof(between(0.004, 0.08), between(0.004, 0.006)),
        fc.array(between(0.8, 1), { maxLength: 4 }),
        fc.array(between(1, 1.3), { maxLength: 4 }),
        between(-0.05, 0.15),
        between(0, 0.25),
        fc.constantFrom(1, 5, 10, 50, 100, 500),
        (close, atrFrac, supports, above, median, width, tickMinor) => {
          const input: PlanInput = {
            close,
            atr14: atrFrac * close,
            supports: supports.map((s) => s * close),
            restingAbove: above.map((s) => s * close),
            band: { median: close * (1 + median), high: close * (1 + median + width) },
            tickMinor,
            leastRewardFrac: 0.0105,
            validUntil: '2026-03-06',
          };
          const result = planTrade(input);
          if (result.kind === 'abstained') {
            seen[result.why]++;
            return;
          }
          const { plan } = result;
          seen.plans++;
          seen[plan.stopBasis]++;
          seen[plan.targetBasis]++;
          const prices = [plan.stopMinor, plan.entryLowMinor, plan.entryHighMinor, ...plan.targetsMinor];
          for (const minor of prices) expect(Number.isInteger(minor) && minor % tickMinor === 0).toBe(true);
          for (const [i, minor] of prices.entries()) {
            if (i > 0) expect(minor).toBeGreaterThanOrEqual(prices[i - 1]!);
            if (i > 2) expect(minor).toBeGreaterThan(prices[i - 1]!);
          }
          expect(plan.stopMinor).toBeLessThan(plan.entryLowMinor);
          // The ratio is that of the prices at the worst fill, never better, and never below one.
          const reward = plan.targetsMinor[0]! - plan.entryHighMinor;
          const ratio = reward / (plan.entryHighMinor - plan.stopMinor);
          expect(plan.rewardRiskRatio).toBeLessThanOrEqual(ratio);
          expect(plan.rewardRiskRatio).toBeGreaterThan(ratio - 0.0101);
          expect(ratio).toBeGreaterThanOrEqual(1);
          expect(reward / plan.entryHighMinor).toBeGreaterThanOrEqual(0.0105 - 1e-12);
          // No target is beyond what the forecast reaches.
          for (const target of plan.targetsMinor) expect(target).toBeLessThanOrEqual(100 * input.band.high + 0.5);
          // "Under structure" is what it says: below a support, and not far below it.
          const under = input.supports.filter(
            (level) => 100 * level < plan.entryLowMinor + tickMinor && 100 * level > plan.stopMinor,
          );
          if (plan.stopBasis === 'structure') expect(under.length).toBeGreaterThan(0);
          // "Resting liquidity" is a level that was given as resting.
          if (plan.targetBasis === 'liquidity')
            expect(
              input.restingAbove.some((level) => Math.abs(100 * level - plan.targetsMinor[0]!) <= tickMinor + 1),
            ).toBe(true);
        },
      ),
      { numRuns: 4000 },
    );
    // Of 4,000 random cases: the rarest kinds come about a hundred times.
    const LEAST_SEEN = 40;
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(LEAST_SEEN);
  });

  it('stands under the nearest support and takes the nearest liquidity that pays', () => {
    expect(planOf({ restingAbove: [101, 104.5, 106] })).toMatchObject({
      entryLowMinor: 9_900,
      entryHighMinor: 10_050,
      stopMinor: 9_730,
      stopBasis: 'structure',
      targetsMinor: [10_450, 11_200],
      targetBasis: 'liquidity',
      rewardRiskRatio: 1.25,
    });
  });

  it('says that the stop is a distance where the support lies further away, or there is none', () => {
    expect(planOf({ supports: [92] })).toMatchObject({ stopBasis: 'range', stopMinor: 9_475 });
    expect(planOf({ supports: [] })).toMatchObject({ stopBasis: 'range', stopMinor: 9_700 });
  });

  it('has no target beyond the band, and none at all where the band pays less than the risk', () => {
    expect(planOf({ band: { median: 101, high: 104.5 } })).toMatchObject({
      targetBasis: 'band',
      targetsMinor: [10_450],
    });
    expect(planTrade({ ...base, band: { median: 101, high: 103 } })).toEqual({ kind: 'abstained', why: 'no_plan' });
  });

  it('is none where the reward is eaten by what a trade costs', () => {
    const still = { close: 1_000, atr14: 1, supports: [], band: { median: 1_001, high: 1_004 }, tickMinor: 1 };
    expect(planTrade({ ...base, ...still })).toEqual({ kind: 'abstained', why: 'thin_reward' });
  });

  it('is none without a range or with a stop below zero', () => {
    expect(planTrade({ ...base, atr14: 0 }).kind).toBe('abstained');
    expect(planTrade({ ...base, close: 1, atr14: 1, supports: [] }).kind).toBe('abstained');
  });
});
