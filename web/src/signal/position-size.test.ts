import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizePosition } from './position-size.ts';

describe('the size of a position', () => {
  it('never costs more than the capital, nor loses more than the risk at the stop', () => {
    const input = fc.record({
      capitalMinor: fc.integer({ min: 1, max: 1e13 }),
      riskFrac: fc.double({ min: 0.0001, max: 1, noNaN: true }),
      entryMinor: fc.integer({ min: 2, max: 1e8 }),
      stopMinor: fc.integer({ min: 1, max: 1e8 }),
    });
    fc.assert(
      fc.property(input, (each) => {
        const size = sizePosition(each);
        if (each.stopMinor >= each.entryMinor) {
          expect(size).toBeNull();
          return;
        }
        expect(size).not.toBeNull();
        expect(size!.costMinor).toBeLessThanOrEqual(each.capitalMinor);
        expect(size!.lossAtStopMinor).toBeLessThanOrEqual(each.capitalMinor * each.riskFrac + 1e-6);
        expect(Number.isInteger(size!.shares)).toBe(true);
      }),
    );
  });

  it('says which of the two ends it', () => {
    expect(sizePosition({ capitalMinor: 1e7, riskFrac: 0.01, entryMinor: 10_000, stopMinor: 9_000 })).toMatchObject({
      shares: 100,
      limitedBy: 'risk',
    });
    expect(sizePosition({ capitalMinor: 1e7, riskFrac: 0.5, entryMinor: 10_000, stopMinor: 9_900 })).toMatchObject({
      shares: 1000,
      limitedBy: 'capital',
    });
  });

  it('has no answer for numbers that make no sense', () => {
    const good = { capitalMinor: 1e7, riskFrac: 0.01, entryMinor: 10_000, stopMinor: 9_000 };
    for (const bad of [{ capitalMinor: NaN }, { capitalMinor: 0 }, { riskFrac: -1 }, { stopMinor: 10_000 }]) {
      expect(sizePosition({ ...good, ...bad })).toBeNull();
    }
  });
});
