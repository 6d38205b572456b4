import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  age,
  clock,
  compact,
  dateTime,
  duration,
  fixed,
  money,
  moneyShort,
  percent,
  sessionDay,
  signedPercent,
} from './format.ts';

describe('money and numbers', () => {
  it('groups rupees in lakh and crore, dollars in thousands', () => {
    expect(money(1_23_45_678_90, 'INR')).toBe('₹1,23,45,678.90');
    expect(money(123_456_789, 'USD')).toBe('$1,234,567.89');
    expect(money(-499_100, 'INR')).toBe('−₹4,991.00');
    expect(moneyShort(1_250_000, 'INR')).toBe('₹12.5 L');
    expect(moneyShort(12_300_000, 'INR')).toBe('₹1.23 Cr');
    expect(compact(99_999)).toBe('99,999');
  });

  it('loses no digit by grouping', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (value) => {
        expect(fixed(value, 0).replaceAll(',', '')).toBe(String(value));
      }),
    );
  });

  it('writes no sign for nothing', () => {
    expect(signedPercent(-0.0001)).toBe('0.0 %');
    expect(signedPercent(0.0001)).toBe('0.0 %');
    expect(signedPercent(0.0123)).toBe('+1.2 %');
    expect(percent(-0.031, 2)).toBe('−3.10 %');
  });
});

describe('times', () => {
  const ms = Date.UTC(2026, 1, 27, 20, 5, 30);
  it('are in the exchange’s zone, whatever the zone of the machine', () => {
    expect(dateTime(ms)).toBe('28 Feb 2026, 01:35 IST');
    expect(clock(ms, 'America/New_York')).toBe('15:05');
    expect(sessionDay('2026-02-27')).toBe('Fri 27 Feb 2026');
  });

  it('say how long ago and how long it took', () => {
    expect([0, 44 * 60e3, 3 * 3600e3, 80 * 3600e3].map((back) => age(ms - back, ms))).toEqual([
      'now',
      '44 min',
      '3 h',
      '3 d',
    ]);
    expect([840, 12_340, 125_000].map(duration)).toEqual(['840 ms', '12.3 s', '2 min 05 s']);
  });
});
