import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DailyBars } from '../bars.ts';
import { compareSources, type QuorumInput, type QuorumRules } from './quorum.ts';

const RULES: QuorumRules = {
  priority: ['a', 'b', 'c', 'd', 'e'],
  toleranceFrac: 0.005,
  volumeToleranceFrac: 0.3,
  toSplitBasis: (bars) => bars,
};

function barsOf(closes: readonly number[], fromDay = 100): DailyBars {
  const column = Float64Array.from(closes);
  const sessionDay = Int32Array.from(closes, (_, i) => fromDay + i);
  return { symbol: 'X', sessionDay, open: column, high: column, low: column, close: column, volumeShares: column };
}
const raw = (source: string, closes: readonly number[], fromDay?: number): QuorumInput => ({
  source,
  bars: barsOf(closes, fromDay),
  adjustment: 'none',
});

describe('compareSources', () => {
  it('takes the first in priority where all agree, and raises nothing', () => {
    const result = compareSources([raw('b', [100.2, 50]), raw('a', [100, 50])], RULES);
    expect([...result.bars.close]).toEqual([100, 50]);
    expect(result.chosen.map(({ source, chosenBy }) => `${source} ${chosenBy}`)).toEqual(['a priority', 'a priority']);
    expect(result.issues).toEqual([]);
    expect(result.basis).toBe('none');
  });

  it('goes by the configured order, not by the names', () => {
    const turned = { ...RULES, priority: ['z', 'a'] };
    const { chosen } = compareSources([raw('a', [100]), raw('z', [100]), raw('other', [100])], turned);
    expect(chosen).toMatchObject([{ source: 'z', sources: 3 }]);
  });

  it('names both values and the date where two disagree, and says that priority decided', () => {
    const { issues, bars } = compareSources([raw('a', [100, 90]), raw('b', [100, 100])], RULES);
    expect(issues).toMatchObject([
      { code: 'source_disagreement', date: '1970-04-12', closes: { a: 90, b: 100 }, chosen: 'a', chosenBy: 'priority' },
    ]);
    expect(issues[0]!.message).toContain('a 90, b 100');
    expect(bars.close[1]).toBe(90);
  });

  it('lets two of three outvote the first in priority', () => {
    const { issues, bars, chosen } = compareSources([raw('a', [90]), raw('b', [100]), raw('c', [100.1])], RULES);
    expect(bars.close[0]).toBe(100);
    expect(chosen).toEqual([
      { day: 100, source: 'b', chosenBy: 'majority', sources: 3, agreeing: ['b', 'c'], undecided: false },
    ]);
    expect(issues).toMatchObject([{ chosenBy: 'majority', closes: { a: 90, b: 100, c: 100.1 } }]);
  });

  const FIELDS = ['open', 'high', 'low', 'close', 'volumeShares'] as const;
  /** A source with one session, of which one field is a lie. */
  const lying = (source: string, field: (typeof FIELDS)[number], value: number): QuorumInput => {
    const honest = raw(source, [100]);
    return { ...honest, bars: { ...honest.bars, [field]: Float64Array.of(value) } };
  };

  it.each(FIELDS)('finds a lie in %s alone, and two of three outvote it', (field) => {
    const { issues, chosen } = compareSources([lying('a', field, 150), raw('b', [100]), raw('c', [100])], RULES);
    expect(chosen).toMatchObject([{ source: 'b', chosenBy: 'majority', undecided: false }]);
    const name = field === 'volumeShares' ? 'volume' : field;
    const code = name === 'volume' ? 'volume_disagreement' : 'source_disagreement';
    expect(issues).toMatchObject([{ code, chosen: 'b', values: { [name]: { a: 150, b: 100, c: 100 } } }]);
    expect(issues[0]!.message).toContain('a 150, b 100, c 100');
  });

  it('leaves a session undecided where prices disagree without a majority, not where only volumes do', () => {
    const decided = (...inputs: QuorumInput[]) => !compareSources(inputs, RULES).chosen[0]!.undecided;
    expect(decided(lying('a', 'high', 101), raw('b', [100]))).toBe(false);
    expect(decided(raw('a', [90]), raw('b', [100]), raw('c', [110]))).toBe(false);
    expect(decided(lying('a', 'volumeShares', 5), raw('b', [100]))).toBe(true);
    expect(decided(raw('a', [100]), raw('b', [100.2]))).toBe(true);
    expect(decided(raw('a', [100]))).toBe(true);
  });

  it('holds volumes to a tolerance of their own', () => {
    const issues = (volume: number, volumeToleranceFrac: number) =>
      compareSources([lying('a', 'volumeShares', volume), raw('b', [100])], { ...RULES, volumeToleranceFrac }).issues;
    expect(issues(75, 0.3)).toEqual([]);
    expect(issues(65, 0.3)).toHaveLength(1);
    expect(issues(1, 1)).toEqual([]);
  });

  it('fills sessions that only one source has, and says so', () => {
    const { chosen } = compareSources([raw('a', [1, 2], 100), raw('b', [2, 3], 101)], RULES);
    expect(chosen.map(({ source, chosenBy }) => `${source} ${chosenBy}`)).toEqual([
      'a only_one',
      'a priority',
      'b only_one',
    ]);
  });

  it('compares raw and split-adjusted bars in the shares of today', () => {
    const halved = (bars: DailyBars): DailyBars => barsOf(Array.from(bars.close, (value) => value / 2));
    const inputs: QuorumInput[] = [raw('a', [200]), { source: 'b', bars: barsOf([100]), adjustment: 'splits' }];
    const result = compareSources(inputs, { ...RULES, toSplitBasis: halved });
    expect(result).toMatchObject({ basis: 'splits', issues: [] });
    expect(compareSources(inputs, RULES).issues).toHaveLength(1);
  });

  it('leaves a dividend-adjusted series out and says that it cannot be compared', () => {
    const inputs: QuorumInput[] = [
      raw('b', [100]),
      { source: 'a', bars: barsOf([60]), adjustment: 'splits_and_dividends' },
    ];
    const result = compareSources(inputs, RULES);
    expect(result.bars.close[0]).toBe(100);
    expect(result.issues).toMatchObject([{ code: 'basis_not_comparable', date: null }]);
  });

  const close = fc.double({ min: 1, max: 1000, noNaN: true });
  const sources = fc.array(
    fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'x', 'y'), fc.array(close, { minLength: 1, maxLength: 4 })),
    {
      minLength: 1,
      maxLength: 5,
    },
  );

  it('gives the same in whatever order the answers came', () => {
    let moved = 0;
    fc.assert(
      fc.property(sources, fc.nat(), (given, seed) => {
        const unique = [...new Map(given).entries()].map(([source, closes]) => raw(source, closes));
        const turned = [...unique].sort(
          (p, q) => ((p.source.charCodeAt(0) * 31 + seed) % 7) - ((q.source.charCodeAt(0) * 31 + seed) % 7),
        );
        expect(compareSources(turned, RULES)).toEqual(compareSources(unique, RULES));
        if (turned.some(({ source }, i) => source !== unique[i]!.source)) moved++;
      }),
      { numRuns: 300 },
    );
    expect(moved).toBeGreaterThan(50);
  });

  it('never lets a minority that lies win, whatever its priority', () => {
    fc.assert(
      fc.property(
        close,
        fc.constantFrom(3, 4, 5),
        fc.array(fc.double({ min: 1.02, max: 20, noNaN: true }), { minLength: 5, maxLength: 5 }),
        fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
        fc.array(fc.double({ min: -0.002, max: 0.002, noNaN: true }), { minLength: 5, maxLength: 5 }),
        (truth, total, lies, order, noise) => {
          const liars = Math.ceil(total / 2) - 1;
          const inputs = Array.from({ length: total }, (_, i) => {
            const value = i < liars ? truth * lies[i]! : truth * (1 + noise[i]!);
            return raw(String(order[i]), [value]);
          });
          const { bars } = compareSources(inputs, { ...RULES, priority: ['0', '1', '2', '3', '4'] });
          expect(Math.abs(bars.close[0]! / truth - 1)).toBeLessThan(0.003);
        },
      ),
    );
  });

  it('takes each bar from one source only', () => {
    const seen: Record<string, number> = { only_one: 0, priority: 0, majority: 0, 'not the first': 0 };
    // Chance alone gives no two closes that agree: some of these do.
    const shared = fc.constantFrom(100, 100.1, 50);
    const sources = fc.array(
      fc.tuple(
        fc.constantFrom('a', 'b', 'c', 'd', 'e', 'x', 'y'),
        fc.array(fc.oneof(close, shared), { minLength: 1, maxLength: 4 }),
      ),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(sources, (given) => {
        const inputs = [...new Map(given).entries()].map(([source, closes]) => raw(source, closes));
        const { bars, chosen } = compareSources(inputs, RULES);
        chosen.forEach(({ day, source, chosenBy }, row) => {
          seen[chosenBy]!++;
          if (source !== inputs[0]!.source) seen['not the first']!++;
          const own = inputs.find((input) => input.source === source)!.bars;
          expect(bars.close[row]).toBe(own.close[own.sessionDay.indexOf(day)]);
        });
      }),
      { numRuns: 300 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(20);
  });
});
