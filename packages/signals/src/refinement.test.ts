import { describe, expect, it } from 'vitest';
import type { BarColumns } from '@aion/features';
import { publishedSignal } from '../test/fixture-signal.ts';
import { refine } from './refinement.ts';

const { signal } = publishedSignal();
const NOW = 1_772_200_000_000;
const fresh = { notBeforeMs: NOW - 6 * 3_600_000 };

/** Waves that end at `last`, rising or falling. */
function waves(length: number, last: number, slope: number): BarColumns {
  const close = Float64Array.from(
    { length },
    (_, i) => last + slope * (i - length + 1) + 0.5 * (Math.sin(i / 2.2) - Math.sin((length - 1) / 2.2)),
  );
  const open = Float64Array.from(close, (value, i) => (i === 0 ? value : close[i - 1]!));
  return {
    open,
    close,
    high: Float64Array.from(close, (value, i) => Math.max(value, open[i]!) + 0.05),
    low: Float64Array.from(close, (value, i) => Math.min(value, open[i]!) - 0.05),
    volumeShares: new Float64Array(length).fill(1000),
  };
}
const rising = (last: number) => ({
  hour: waves(120, last, 0.12),
  fourHour: waves(60, last, 0.3),
  lastCloseTimeMs: NOW - 1000,
});
const falling = (last: number) => ({
  hour: waves(120, last, -0.12),
  fourHour: waves(60, last, -0.3),
  lastCloseTimeMs: NOW - 1000,
});
const codes = (readiness: ReturnType<typeof refine>): string[] => readiness?.reasons.map((reason) => reason.code) ?? [];

describe('hourly refinement', () => {
  it('is READY_TO_ENTER when trends agree, structure confirms and the price is in the zone', () => {
    expect(refine(signal, rising(100), fresh, NOW)).toMatchObject({ state: 'READY_TO_ENTER', asOfMs: NOW });
  });

  it('waits while the hourly and 4-hour trends are down, and says so', () => {
    const readiness = refine(signal, falling(100), fresh, NOW);
    expect(readiness?.state).toBe('WAIT');
    expect(codes(readiness)).toEqual(expect.arrayContaining(['hourly_trend', 'four_hour_trend']));
  });

  it('waits outside the entry zone on each side', () => {
    expect(codes(refine(signal, rising(101), fresh, NOW))).toEqual(['above_entry']);
    expect(codes(refine(signal, rising(98), fresh, NOW))).toEqual(['below_entry']);
    expect(codes(refine(signal, rising(95), fresh, NOW))).toEqual(['below_stop']);
  });

  it('waits with no_intraday without bars, with stale bars and with bars from the future', () => {
    expect(codes(refine(signal, undefined, fresh, NOW))).toEqual(['no_intraday']);
    expect(codes(refine(signal, { ...rising(100), lastCloseTimeMs: fresh.notBeforeMs }, fresh, NOW))).toEqual([
      'no_intraday',
    ]);
    expect(codes(refine(signal, { ...rising(100), lastCloseTimeMs: NOW + 1 }, fresh, NOW))).toEqual(['no_intraday']);
  });

  it('gives a SELL no readiness, and its result has no side at all', () => {
    expect(refine({ side: 'SELL', plan: null }, rising(100), fresh, NOW)).toBeNull();
    expect(Object.keys(refine(signal, rising(100), fresh, NOW) ?? {}).sort()).toEqual(['asOfMs', 'reasons', 'state']);
  });
});
