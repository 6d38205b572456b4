import { fromEpochDay } from '@aion/core';
import type { DailyBars } from '../bars.ts';
import type { QualityIssue } from './issue.ts';

export interface Comparison {
  readonly symbol: string;
  /** Days that both series have. */
  readonly common: number;
  /** Of these, days on which the closes agree within the tolerance. */
  readonly agreeing: number;
  readonly issues: readonly QualityIssue[];
}

export interface CompareOptions {
  /** Largest relative difference of two closes that still agree. */
  readonly toleranceFrac?: number;
  readonly names?: readonly [string, string];
}

const MIN_COMMON = 20;
const SAME_FRAC = 0.9;
/** Shortest stretch of one constant ratio that counts as another adjustment rather than as single errors. */
const MIN_STRETCH = 5;
const MAX_LISTED = 20;

/**
 * Compares the closes of two sources of one instrument on the days that both have. Beyond single days that differ it tells three
 * ways in which a source is wrong all along: by one factor, by one session, or on another adjustment for a stretch.
 */
export function compareSeries(a: DailyBars, b: DailyBars, options: CompareOptions = {}): Comparison {
  const tolerance = options.toleranceFrac ?? 0.005;
  const [nameA, nameB] = options.names ?? ['the first source', 'the second'];
  const { symbol } = a;
  const rows = commonRows(a, b);
  const common = rows.length;
  const ratios = rows.map(([i, j]) => b.close[j]! / a.close[i]!);
  const isClose = (ratio: number, to = 1): boolean => Math.abs(ratio / to - 1) <= tolerance;
  const agreeing = ratios.filter((ratio) => isClose(ratio)).length;
  const none = { symbol, common, agreeing, issues: [] };
  if (agreeing === common) return none;
  const dayAt = (row: number): number => a.sessionDay[rows[row]![0]]!;
  if (common >= MIN_COMMON && agreeing < SAME_FRAC * common) {
    const middle = [...ratios].sort((x, y) => x - y)[common >> 1]!;
    const sameFactor = ratios.filter((ratio) => isClose(ratio, middle)).length;
    const span = { day: dayAt(0), toDay: dayAt(common - 1) };
    if (!isClose(middle) && sameFactor >= SAME_FRAC * common) {
      const message = `${nameB} gives closes of ${symbol} ${middle.toPrecision(4)} times those of ${nameA}`;
      return { ...none, issues: [{ code: 'source_scale', symbol, ...span, message, values: { ratio: middle } }] };
    }
    const shift = [-1, 1].find((by) => agreementAt(a, b, by, tolerance) >= SAME_FRAC);
    if (shift !== undefined) {
      const message = `${nameB} has the closes of ${symbol} one session ${shift > 0 ? 'later' : 'earlier'} than ${nameA}`;
      return { ...none, issues: [{ code: 'source_shift', symbol, ...span, message, values: { sessions: shift } }] };
    }
  }
  return { ...none, issues: describeDifferences() };

  function describeDifferences(): QualityIssue[] {
    const issues: QualityIssue[] = [];
    for (let start = 0; start < common;) {
      if (isClose(ratios[start]!)) {
        start++;
        continue;
      }
      let end = start + 1;
      while (end < common && isClose(ratios[end]!, ratios[start]!) && !isClose(ratios[end]!)) end++;
      const [i, j] = rows[start]!;
      const values = { a: a.close[i]!, b: b.close[j]!, ratio: Number(ratios[start]!.toPrecision(6)) };
      if (end - start >= MIN_STRETCH) {
        const message =
          `from ${fromEpochDay(dayAt(start))} to ${fromEpochDay(dayAt(end - 1))} ${nameB} stands at ` +
          `${values.ratio} times ${nameA} for ${symbol}: an action that one of them lacks`;
        const stretch = { ...values, sessions: end - start };
        issues.push({
          code: 'source_basis',
          symbol,
          day: dayAt(start),
          toDay: dayAt(end - 1),
          message,
          values: stretch,
        });
      } else {
        for (let row = start; row < end && issues.length < MAX_LISTED; row++) {
          const [x, y] = rows[row]!;
          const message = `${symbol} on ${fromEpochDay(dayAt(row))}: ${nameA} closed at ${a.close[x]}, ${nameB} at ${b.close[y]}`;
          const both = { a: a.close[x]!, b: b.close[y]!, ratio: Number(ratios[row]!.toPrecision(6)) };
          issues.push({ code: 'source_disagreement', symbol, day: dayAt(row), message, values: both });
        }
      }
      start = end;
    }
    return issues;
  }
}

/** Row numbers of the days that both series have. */
function commonRows(a: DailyBars, b: DailyBars): [number, number][] {
  const rows: [number, number][] = [];
  let j = 0;
  for (let i = 0; i < a.sessionDay.length; i++) {
    while (j < b.sessionDay.length && b.sessionDay[j]! < a.sessionDay[i]!) j++;
    if (j < b.sessionDay.length && b.sessionDay[j] === a.sessionDay[i]) rows.push([i, j]);
  }
  return rows;
}

/** Share of a's bars whose close stands `by` rows later in b. */
function agreementAt(a: DailyBars, b: DailyBars, by: number, tolerance: number): number {
  let same = 0;
  let pairs = 0;
  for (const [i, j] of commonRows(a, b)) {
    const other = b.close[j + by];
    if (other === undefined) continue;
    pairs++;
    if (Math.abs(other / a.close[i]! - 1) <= tolerance) same++;
  }
  return pairs < MIN_COMMON ? 0 : same / pairs;
}
