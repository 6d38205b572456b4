import { describe, expect, it } from 'vitest';
import { tickMinorAhead, tickMinorOf } from './tick-size.ts';

describe('the tick of a share on NSE', () => {
  it.each([
    ['2024-06-07', 100, 5],
    ['2024-06-07', 3_000, 5],
    ['2024-06-10', 249.95, 1],
    ['2024-06-10', 250, 5],
    ['2024-06-10', 30_000, 5],
    ['2025-04-11', 6_000, 5],
    ['2025-04-15', 249.99, 1],
    ['2025-04-15', 250, 5],
    ['2025-04-15', 1_000, 5],
    ['2025-04-15', 1_000.05, 10],
    ['2025-04-15', 5_000, 10],
    ['2025-04-15', 5_000.1, 50],
    ['2025-04-15', 10_000, 50],
    ['2025-04-15', 10_000.5, 100],
    ['2025-04-15', 20_000, 100],
    ['2025-04-15', 20_001, 500],
    ['2026-02-27', 147_000, 500],
  ] as const)('from %s at %d is %d paise', (date, price, tick) => {
    expect(tickMinorOf('NSE', date, price)).toBe(tick);
  });

  it('is that of funds for a unit of one, whatever it costs', () => {
    expect(tickMinorOf('NSE', '2026-02-27', 1_000.5, true)).toBe(1);
    expect(tickMinorOf('NSE', '2024-01-02', 1_000.5, true)).toBe(5);
  });

  it('is a cent in the US', () => {
    expect(tickMinorOf('US', '2026-02-27', 3_000)).toBe(1);
  });
});

describe('the tick of prices that are placed on the sessions to come', () => {
  it.each([
    // The last session under the older rule: the orders are placed under the newer one.
    ['2025-04-11', 6_000, 6_000, '2025-04-15', '2025-04-22', 50],
    ['2024-06-07', 100, 100, '2024-06-10', '2024-06-14', 1],
    // The last session of a month: its own close judges the sessions behind it, whatever the month before closed at.
    ['2026-02-27', 990, 1_010, '2026-03-02', '2026-03-09', 10],
    ['2026-02-27', 1_010, 990, '2026-03-02', '2026-03-09', 5],
    // The zone reaches over the end of the month: what fits both months.
    ['2026-02-25', 990, 1_010, '2026-02-26', '2026-03-04', 10],
    ['2026-02-25', 1_010, 990, '2026-02-26', '2026-03-04', 10],
    ['2026-02-10', 990, 1_010, '2026-02-11', '2026-02-17', 5],
  ] as const)(
    'made on %s, after %d and %d, from %s to %s is %d paise',
    (sessionDate, monthClose, close, from, to, tick) => {
      expect(tickMinorAhead('NSE', { sessionDate, monthClose, close }, from, to)).toBe(tick);
    },
  );

  it('is that of funds for a unit of one', () => {
    const facts = { sessionDate: '2025-04-11', monthClose: 6_000, close: 6_000, isFund: true };
    expect(tickMinorAhead('NSE', facts, '2025-04-15', '2025-04-22')).toBe(1);
  });
});
