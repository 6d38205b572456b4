import type { EpochMs, SessionDate } from '@aion/core';
import { scoreOf, sealAlert, type Alert } from './alert.ts';

/** A symbol's daily returns and those of what it is compared with, on the same bars, oldest first. */
export interface ReturnsBeside {
  readonly symbol: string;
  readonly own: Float64Array;
  readonly other: Float64Array;
}

export interface MarketMoment {
  readonly sessionDate: SessionDate;
  readonly atMs: EpochMs;
}

const SHORT = 20;
const LONG = 120;
const MIN_BREAK = 0.4;

/**
 * Inter-market correlation: symbols whose correlation of the last 20 bars with an index fell far below that of the 120 before, while
 * they did better than it: something of their own moves them.
 */
export function alertCorrelationBreak(pairs: readonly ReturnsBeside[], other: string, moment: MarketMoment): Alert[] {
  return pairs.flatMap(({ symbol, own, other: index }) => {
    const end = own.length;
    if (end < SHORT + LONG || index.length !== end) return [];
    const recent = correlation(own, index, end - SHORT, end);
    const usual = correlation(own, index, end - SHORT - LONG, end - SHORT);
    const ahead = sum(own, end - SHORT, end) - sum(index, end - SHORT, end);
    // A comparison with NaN (a flat series, a gap) is false.
    if (!(usual - recent >= MIN_BREAK && ahead > 0)) return [];
    return sealAlert({
      symbol,
      type: 'market_correlation',
      ...moment,
      score: scoreOf((usual - recent) / 1.5),
      source: `returns:${other}`,
      layer: 2,
      metadata: { recent: digits(recent), usual: digits(usual), ahead: digits(ahead) },
    });
  });
}

/** A symbol's sector and its returns over a month and over the quarter before it. */
export interface SectorMember {
  readonly symbol: string;
  readonly sector: string;
  readonly monthReturn: number;
  readonly quarterReturn: number;
}

const MIN_MEMBERS = 3;

/**
 * Sector rotation: sectors whose place by the median return of a month is better than by the quarter, by at least a quarter of the
 * places, and in the upper half now. Raised for the members that beat their sector's median.
 */
export function alertSectorRotation(members: readonly SectorMember[], moment: MarketMoment): Alert[] {
  const whole = members.filter((one) => Number.isFinite(one.monthReturn) && Number.isFinite(one.quarterReturn));
  const sectors = [...new Set(whole.map(({ sector }) => sector))].sort();
  const medians = sectors
    .map((sector) => {
      const own = whole.filter((one) => one.sector === sector);
      return {
        sector,
        own,
        month: median(own.map((one) => one.monthReturn)),
        quarter: median(own.map((one) => one.quarterReturn)),
      };
    })
    .filter(({ own }) => own.length >= MIN_MEMBERS);
  const placesBy = (key: 'month' | 'quarter'): Map<string, number> =>
    new Map(
      [...medians]
        .sort((a, b) => b[key] - a[key] || (a.sector < b.sector ? -1 : 1))
        .map(({ sector }, at) => [sector, at / Math.max(1, medians.length - 1)] as const),
    );
  const [now, before] = [placesBy('month'), placesBy('quarter')];
  return medians.flatMap(({ sector, own, month }) => {
    const gain = before.get(sector)! - now.get(sector)!;
    if (gain < 0.25 || now.get(sector)! > 0.5) return [];
    return own
      .filter((one) => one.monthReturn > month)
      .map((one) =>
        sealAlert({
          symbol: one.symbol,
          type: 'sector_rotation',
          ...moment,
          score: scoreOf(gain),
          source: 'returns:sectors',
          layer: 2,
          metadata: { sector, sectorReturn: digits(month), ownReturn: digits(one.monthReturn) },
        }),
      );
  });
}

function correlation(a: Float64Array, b: Float64Array, from: number, to: number): number {
  const [meanA, meanB] = [sum(a, from, to) / (to - from), sum(b, from, to) / (to - from)];
  let both = 0;
  let ownA = 0;
  let ownB = 0;
  for (let i = from; i < to; i++) {
    both += (a[i]! - meanA) * (b[i]! - meanB);
    ownA += (a[i]! - meanA) ** 2;
    ownB += (b[i]! - meanB) ** 2;
  }
  return both / Math.sqrt(ownA * ownB);
}

function sum(values: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += values[i]!;
  return total;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const digits = (value: number): number => Math.round(1e4 * value) / 1e4;
