import { fromEpochDay } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { newestFullSessionOf } from './freshness.ts';

/** A lake with these numbers of symbols on successive days. */
const lake = (...symbols: number[]) => ({ sessionDays: symbols.map((_, i) => 20_000 + i), sessionBars: symbols });
const newest = (...symbols: number[]): number | undefined => {
  const choice = newestFullSessionOf(lake(...symbols));
  return choice === undefined ? undefined : Number(fromEpochDay(20_000 + symbols.length - 1) === choice.sessionDate);
};
const usual = Array<number>(20).fill(2400);

describe('the newest whole session', () => {
  it('is one with nine tenths of the usual symbols, a short evening session too', () => {
    expect(newest(...usual, 2390)).toBe(1);
    expect(newest(...usual, 2200)).toBe(1);
    expect(newest(...usual, 2100)).toBe(0);
    expect(newest(...usual, 1300)).toBe(0);
    expect(newest()).toBeUndefined();
  });

  it('is there again on the third session of a market that was cut down on purpose', () => {
    expect(newest(...usual, 500, 500)).toBe(0);
    expect(newest(...usual, 500, 500, 500)).toBe(1);
    expect(newest(...usual, 500, 500, 500, 500)).toBe(1);
  });

  it('is the first session too, and that of a market that grows', () => {
    expect(newest(500)).toBe(1);
    expect(newest(...usual, 4000)).toBe(1);
  });
});
