import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planTrade } from './trade-plan.ts';

const price = fc.double({ min: 20, max: 50_000, noNaN: true });

it('orders stop < entry zone < targets, on the tick, with a ratio that the rounded prices give', () => {
  fc.assert(
    fc.property(
      price,
      fc.double({ min: 0.004, max: 0.12, noNaN: true }),
      fc.array(fc.double({ min: 0.5, max: 1, noNaN: true }), { maxLength: 4 }),
      fc.option(fc.double({ min: 1, max: 1.5, noNaN: true })),
      (close, atrFrac, supports, above) => {
        const result = planTrade({
          close,
          atr14: atrFrac * close,
          supports: supports.map((s) => s * close),
          liquidityAbove: above === null ? null : above * close,
          tickMinor: 5,
          validUntil: '2026-03-06',
        });
        if (result.kind === 'abstained') return;
        const { plan } = result;
        expect(plan.stopMinor).toBeLessThan(plan.entryLowMinor);
        expect(plan.entryLowMinor).toBeLessThanOrEqual(plan.entryHighMinor);
        let previous = plan.entryHighMinor;
        for (const target of plan.targetsMinor) {
          expect(target).toBeGreaterThan(previous);
          previous = target;
        }
        for (const minor of [plan.stopMinor, plan.entryLowMinor, plan.entryHighMinor, ...plan.targetsMinor]) {
          expect(Number.isInteger(minor) && minor % 5 === 0).toBe(true);
        }
        const middle = (plan.entryLowMinor + plan.entryHighMinor) / 2;
        const ratio = (plan.targetsMinor[0]! - middle) / (middle - plan.stopMinor);
        expect(plan.rewardRiskRatio).toBeCloseTo(ratio, 1);
      },
    ),
    { numRuns: 1000 },
  );
});

it('puts the stop under the nearest support and takes liquidity as the first target where it pays', () => {
  const result = planTrade({
    close: 100,
    atr14: 2,
    supports: [97.5, 90],
    liquidityAbove: 104,
    tickMinor: 5,
    validUntil: '2026-03-06',
  });
  expect(result).toMatchObject({
    kind: 'plan',
    plan: { entryLowMinor: 9_900, entryHighMinor: 10_050, stopMinor: 9_730, targetsMinor: [10_400, 10_585, 10_955] },
  });
});

it('abstains without a range or when the stop would be below zero', () => {
  const input = { close: 100, atr14: 0, supports: [], liquidityAbove: null, tickMinor: 5, validUntil: '2026-03-06' };
  expect(planTrade(input).kind).toBe('abstained');
  expect(planTrade({ ...input, close: 1, atr14: 1 }).kind).toBe('abstained');
});
