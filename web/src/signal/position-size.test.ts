import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizePosition } from './position-size.ts';

describe('the size of a position', () => {
  it('never costs more than the capital, nor loses more than the risk at the stop', () => {
    const seen = { 'stop above entry': 0, risk: 0, capital: 0, 'no share': 0 };
    // A capital by its magnitude, so that some buy a share and some do not; a stop near the entry as well as anywhere.
    const input = fc
      .record({
        magnitude: fc.integer({ min: 0, max: 1300 }),
        riskBps: fc.integer({ min: 1, max: 10_000 }),
        entryMinor: fc.integer({ min: 2, max: 1e8 }),
        stopBps: fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 9000, max: 9999 })),
      })
      .map(({ magnitude, riskBps, entryMinor, stopBps }) => ({
        capitalMinor: Math.round(10 ** (magnitude / 100)),
        riskFrac: riskBps / 10_000,
        entryMinor,
        stopMinor: Math.max(1, Math.round((entryMinor * stopBps) / 10_000)),
      }));
    fc.assert(
      fc.property(input, (each) => {
        const size = sizePosition(each);
        if (each.stopMinor >= each.entryMinor) {
          expect(size).toBeNull();
          seen['stop above entry']++;
          return;
        }
        expect(size).not.toBeNull();
        expect(size!.costMinor).toBeLessThanOrEqual(each.capitalMinor);
        expect(size!.lossAtStopMinor).toBeLessThanOrEqual(each.capitalMinor * each.riskFrac + 1e-6);
        expect(Number.isInteger(size!.shares)).toBe(true);
        seen[size!.shares === 0 ? 'no share' : size!.limitedBy]++;
        // One share more would cost more than the capital or lose more than the risk.
        const more = size!.shares + 1;
        const [costs, loses] = [more * each.entryMinor, more * (each.entryMinor - each.stopMinor)];
        expect(costs > each.capitalMinor || loses > each.capitalMinor * each.riskFrac - 1e-6).toBe(true);
      }),
      { numRuns: 500 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(20);
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
