import { expect } from 'vitest';
import { atr } from '../src/indicators/index.ts';
import type { BarColumns } from '../src/columns.ts';
import { scanSmartMoney } from '../src/smart-money/index.ts';

/*
 * Smart money by brute force, written from the table in docs/features.md and from nothing else: every question is asked anew of the
 * whole past at every bar. Slow, and plain enough to be checked against the table line by line.
 */

interface Swing {
  readonly side: 'high' | 'low';
  readonly bar: number;
  readonly knownAt: number;
  readonly price: number;
}

/** A high above the three before it and not below the three behind it; published three bars later. Lows mirror it. */
function swingsOf(bars: BarColumns): Swing[] {
  const found: Swing[] = [];
  for (let t = 6; t < bars.close.length; t++) {
    const bar = t - 3;
    for (const [side, values, sign] of [
      ['high', bars.high, 1],
      ['low', bars.low, -1],
    ] as const) {
      const at = (i: number): number => sign * values[i]!;
      const before = [1, 2, 3].every((n) => at(bar) > at(bar - n));
      const behind = [1, 2, 3].every((n) => at(bar) >= at(bar + n));
      if (before && behind) found.push({ side, bar, knownAt: t, price: values[bar]! });
    }
  }
  return found;
}

interface Break {
  readonly concept: string;
  readonly direction: number;
  readonly pivotBar: number;
  readonly bar: number;
  readonly knownAt: number;
  readonly price: number;
}

/** Whether a gap of this direction is known at bar t: three bars that leave a hole, the middle one of its direction. */
function gapAt(bars: BarColumns, t: number, direction: number): boolean {
  if (t < 2) return false;
  const hole = direction === 1 ? bars.low[t]! > bars.high[t - 2]! : bars.high[t]! < bars.low[t - 2]!;
  return hole && Math.sign(bars.close[t - 1]! - bars.open[t - 1]!) === direction;
}

function breaksOf(bars: BarColumns, swings: readonly Swing[]): Break[] {
  const ranges = atr(bars, 14);
  const broken = new Set<Swing>();
  const found: Break[] = [];
  let trend = 0;
  for (let t = 0; t < bars.close.length; t++) {
    const close = bars.close[t]!;
    for (const direction of [1, -1]) {
      const side = direction === 1 ? 'high' : 'low';
      const open = swings.filter((swing) => swing.side === side && swing.knownAt < t && !broken.has(swing));
      const last = open.at(-1);
      if (last === undefined || direction * (close - last.price) <= 0) continue;
      // It consumes that swing and every older one that it passed.
      for (const swing of open) if (direction * (close - swing.price) > 0) broken.add(swing);
      const concept = trend === -direction ? 'CHoCH' : 'BOS';
      found.push({ concept, direction, pivotBar: last.bar, bar: t, knownAt: t, price: last.price });
      trend = direction;
    }
  }
  // A CHoCH with a body above one ATR and a gap whose middle bar is the break's or the one before: known at the break or one later.
  const shifts = found
    .filter(({ concept, bar }) => concept === 'CHoCH' && Math.abs(bars.close[bar]! - bars.open[bar]!) > ranges[bar]!)
    .flatMap((event) => {
      const known = [event.bar, event.bar + 1].find((t) => t < bars.close.length && gapAt(bars, t, event.direction));
      return known === undefined ? [] : [{ ...event, concept: 'MSS', knownAt: known }];
    });
  return [...found, ...shifts];
}

interface Pool {
  readonly bar: number;
  readonly price: number;
}

/** Unswept swings; equal ones within 0.15 ATR are one pool at the outer level. Pierced and closed back is a sweep, closed beyond a run. */
function liquidityOf(bars: BarColumns, swings: readonly Swing[]) {
  const ranges = atr(bars, 14);
  const events: { kind: string; side: number; bar: number; price: number; pivotBar: number }[] = [];
  const resting: Record<'high' | 'low', Pool[]> = { high: [], low: [] };
  for (let t = 0; t < bars.close.length; t++) {
    for (const [side, sign] of [
      ['high', 1],
      ['low', -1],
    ] as const) {
      const reach = side === 'high' ? bars.high[t]! : bars.low[t]!;
      const taken = resting[side].filter((pool) => sign * (reach - pool.price) > 0);
      resting[side] = resting[side].filter((pool) => !taken.includes(pool));
      const outermost = taken.toSorted((a, b) => sign * (b.price - a.price))[0];
      if (outermost === undefined) continue;
      const kind = sign * (bars.close[t]! - outermost.price) > 0 ? 'run' : 'sweep';
      events.push({ kind, side: sign, bar: t, price: outermost.price, pivotBar: outermost.bar });
    }
    for (const swing of swings.filter(({ knownAt }) => knownAt === t)) {
      const pools = resting[swing.side];
      const newest = pools.at(-1);
      const range = Number.isNaN(ranges[t]!) ? 0 : ranges[t]!;
      const sign = swing.side === 'high' ? 1 : -1;
      if (newest !== undefined && Math.abs(newest.price - swing.price) <= 0.15 * range)
        pools[pools.length - 1] = sign * (swing.price - newest.price) > 0 ? swing : newest;
      else pools.push(swing);
    }
  }
  return { events, resting };
}

const inOrder = (events: readonly Break[]): string[] =>
  events
    .map(({ concept, direction, pivotBar, bar, knownAt, price }) =>
      [String(knownAt).padStart(6, '0'), concept, direction, pivotBar, bar, price].join(' '),
    )
    .sort();

interface Compared {
  readonly breaks: number;
  readonly shifts: number;
  readonly levels: number;
}

/** Compares every event of each series; returns how many there were, so that a comparison of nothing is seen. */
export function compareAll(series: readonly BarColumns[]): Compared {
  const sum = { breaks: 0, shifts: 0, levels: 0 };
  for (const bars of series) {
    const found = compareSmartMoney(bars);
    sum.breaks += found.breaks;
    sum.shifts += found.shifts;
    sum.levels += found.levels;
  }
  return sum;
}

function compareSmartMoney(bars: BarColumns): Compared {
  const scanned = scanSmartMoney(bars);
  const swings = swingsOf(bars);
  expect(scanned.pivots.map(({ side, bar, knownAt, price }) => ({ side, bar, knownAt, price }))).toEqual(swings);
  const breaks = breaksOf(bars, swings);
  expect(inOrder(scanned.breaks)).toEqual(inOrder(breaks));
  const { events, resting } = liquidityOf(bars, swings);
  expect(scanned.liquidity).toEqual(events);
  const left = [
    ...resting.high.map((pool) => ({ ...pool, side: 1 })),
    ...resting.low.map((pool) => ({ ...pool, side: -1 })),
  ];
  expect(scanned.resting.map(({ side, bar, price }) => ({ side, bar, price }))).toEqual(
    left.map(({ side, bar, price }) => ({ side, bar, price })),
  );
  const shifts = breaks.filter(({ concept }) => concept === 'MSS').length;
  return { breaks: breaks.length, shifts, levels: events.length };
}
