import { toEpochDay } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { instantOf, localTime } from './exchange-time.ts';
import { toDailyBars, toIntradayBars, type VendorContext } from './vendor-bars.ts';

const DAY = toEpochDay('2026-02-27');
const context = (nowIso: string, over: Partial<VendorContext> = {}): VendorContext => ({
  symbol: 'X',
  exchange: 'NSE',
  nowMs: Date.parse(nowIso),
  fromDay: DAY - 10,
  toDay: DAY + 10,
  ...over,
});
const flat = (value: number | null) => ({ open: value, high: value, low: value, close: value, volume: 10 });

describe('toDailyBars', () => {
  it('drops the session that has not ended, and keeps it after the close', () => {
    const rows = [{ day: DAY, ...flat(100) }];
    const before = toDailyBars(rows, context('2026-02-27T09:59:00Z'));
    expect(before.bars.sessionDay).toHaveLength(0);
    expect(before.rejected).toMatchObject([{ at: '2026-02-27', reason: 'unfinished' }]);
    expect(toDailyBars(rows, context('2026-02-27T10:00:00Z')).bars.sessionDay).toHaveLength(1);
  });

  it('counts a half day as over at its own close, and drops days on which the exchange was closed', () => {
    // The day after Thanksgiving ends at one; Thanksgiving has no session, whatever a vendor fills it with.
    const [holiday, half] = [toEpochDay('2025-11-27'), toEpochDay('2025-11-28')];
    const rows = [holiday, half].map((day) => ({ day, ...flat(100) }));
    const us = (nowIso: string) =>
      toDailyBars(rows, context(nowIso, { exchange: 'US', fromDay: holiday, toDay: half }));
    expect([...us('2025-11-28T18:00:00Z').bars.sessionDay]).toEqual([half]);
    expect(us('2025-11-28T17:59:00Z').rejected.map(({ at, reason }) => `${at} ${reason}`)).toEqual([
      '2025-11-27 no_session',
      '2025-11-28 unfinished',
    ]);
  });

  it.each([
    ['missing_value', { ...flat(100), close: null }],
    ['missing_value', { ...flat(100), volume: undefined }],
    ['missing_value', { ...flat(100), open: Number.NaN }],
    ['price_range', flat(0)],
    ['price_range', flat(-5)],
    ['price_range', flat(Infinity)],
    ['volume_range', { ...flat(100), volume: -1 }],
    ['ohlc_order', { ...flat(100), high: 99 }],
    ['ohlc_order', { ...flat(100), low: 101 }],
  ] as const)('sets aside with the reason %s', (reason, prices) => {
    const result = toDailyBars([{ day: DAY, ...prices }], context('2026-02-28T00:00:00Z'));
    expect(result.rejected).toMatchObject([{ reason }]);
    expect(result.bars.close).toHaveLength(0);
  });

  it('keeps one of two equal rows and none of two that differ', () => {
    const rows = [
      { day: DAY - 1, ...flat(100) },
      { day: DAY, ...flat(100) },
      { day: DAY, ...flat(101) },
      { day: DAY - 1, ...flat(100) },
    ];
    const result = toDailyBars(rows, context('2026-02-28T00:00:00Z'));
    expect([...result.bars.sessionDay]).toEqual([DAY - 1]);
    expect(result.rejected).toMatchObject([{ at: '2026-02-27', reason: 'duplicate_conflict' }]);
  });

  it('sorts, and takes single precision back to paise', () => {
    const rows = [
      { day: DAY, open: 2500.10009765625, high: 2500.10009765625, low: 2500.1, close: 2500.1, volume: 1 },
      { day: DAY - 1, ...flat(7) },
    ];
    const { bars } = toDailyBars(rows, context('2026-02-28T00:00:00Z'));
    expect([...bars.close]).toEqual([7, 2500.1]);
    expect(bars.open[1]).toBe(2500.1);
  });
});

describe('toIntradayBars', () => {
  const open = Date.parse('2026-02-27T03:45:00Z');
  it('keeps closed bars on the step, the short last one included', () => {
    const rows = [
      { openTimeMs: open, ...flat(1) },
      { openTimeMs: Date.parse('2026-02-27T09:45:00Z'), ...flat(2) },
    ];
    expect(toIntradayBars(rows, 60, context('2026-02-27T10:00:00Z')).bars.close).toHaveLength(2);
    expect(toIntradayBars(rows, 60, context('2026-02-27T09:59:59Z')).rejected).toMatchObject([
      { reason: 'unfinished' },
    ]);
  });

  it.each([
    ['misaligned', open + 61_000],
    ['misaligned', open + 30 * 60_000],
    ['out_of_session', open - 60_000],
    ['out_of_session', Date.parse('2026-02-27T10:00:00Z')],
    ['not_asked_for', open - 30 * 86_400_000],
  ] as const)('sets aside with the reason %s', (reason, openTimeMs) => {
    const result = toIntradayBars([{ openTimeMs, ...flat(1) }], 60, context('2026-02-28T00:00:00Z'));
    expect(result.rejected).toMatchObject([{ reason }]);
  });
});

it('minutes after the close of a half day are none of the session', () => {
  const day = toEpochDay('2025-11-28');
  const rows = ['17:59', '18:00', '20:00'].map((time) => ({
    openTimeMs: Date.parse(`2025-11-28T${time}:00Z`),
    ...flat(1),
  }));
  const result = toIntradayBars(rows, 1, context('2025-11-29T00:00:00Z', { exchange: 'US', fromDay: day, toDay: day }));
  expect(result.bars.close).toHaveLength(1);
  expect(result.rejected.map(({ reason }) => reason)).toEqual(['out_of_session', 'out_of_session']);
});

describe('exchange time', () => {
  it('follows daylight saving in New York, both ways', () => {
    for (const [day, iso] of [
      ['2026-03-06', '2026-03-06T14:30:00Z'],
      ['2026-03-09', '2026-03-09T13:30:00Z'],
      ['2026-10-30', '2026-10-30T13:30:00Z'],
      ['2026-11-02', '2026-11-02T14:30:00Z'],
    ] as const) {
      expect(instantOf(toEpochDay(day), 570, 'America/New_York')).toBe(Date.parse(iso));
      expect(localTime(Date.parse(iso), 'America/New_York')).toEqual({ day: toEpochDay(day), minute: 570 });
    }
  });
});
