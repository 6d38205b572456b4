import { describe, expect, it } from 'vitest';
import { tickMinorOf } from './tick-size.ts';

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
