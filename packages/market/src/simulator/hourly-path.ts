import type { Rng } from '@aion/core';
import type { BarTable } from '../bars.ts';

/** Where hourly bars of a session open, in minutes after midnight; the last one may be short. */
export interface SessionHours {
  readonly openMinutes: readonly number[];
  /** Length of each bar as a share of an hour. */
  readonly shares: readonly number[];
}

export function hoursOf(openMinute: number, closeMinute: number): SessionHours {
  const openMinutes: number[] = [];
  const shares: number[] = [];
  for (let minute = openMinute; minute < closeMinute; minute += 60) {
    openMinutes.push(minute);
    shares.push(Math.min(closeMinute - minute, 60) / 60);
  }
  return { openMinutes, shares };
}

interface DailyBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volumeShares: number;
}

const TICKS_PER_RUPEE = 20;

/**
 * Writes the hourly bars of one session into the table from row `at` on: a bridge from the day's open to its close
 * that touches the day's high and low, in ticks; the volumes add up to the day's.
 */
export function writeHourlyBars(
  rng: Rng,
  day: DailyBar,
  hours: SessionHours,
  table: BarTable,
  at: number,
  symbolIndex: number,
  sessionDay: number,
): void {
  const count = hours.openMinutes.length;
  const ticks = (price: number): number => Math.round(price * TICKS_PER_RUPEE);
  const [open, high, low, close] = [ticks(day.open), ticks(day.high), ticks(day.low), ticks(day.close)];
  const span = (high - low) / 2;
  const within = (value: number): number => Math.round(Math.min(Math.max(value, low), high));
  const highBar = rng.int(count);
  const lowBar = rng.int(count);
  const weights = hours.shares.map(
    (share, bar) => share * (bar === 0 || bar >= count - 2 ? 1.5 : 1) * (0.7 + 0.6 * rng.next()),
  );
  const weightSum = weights.reduce((sum, weight) => sum + weight, 0);
  let left = day.volumeShares;
  let previous = open;
  for (let bar = 0; bar < count; bar++) {
    const lastBar = bar === count - 1;
    const along = open + ((close - open) * (bar + 1)) / count;
    const end = lastBar ? close : within(along + 0.45 * span * rng.normal());
    const top = bar === highBar ? high : within(Math.max(previous, end) + 0.2 * span * Math.abs(rng.normal()));
    const bottom = bar === lowBar ? low : within(Math.min(previous, end) - 0.2 * span * Math.abs(rng.normal()));
    const volume = lastBar ? left : Math.min(Math.floor((day.volumeShares * weights[bar]!) / weightSum), left);
    const row = at + bar;
    table.symbolIndex[row] = symbolIndex;
    table.sessionDay[row] = sessionDay;
    table.openMinute![row] = hours.openMinutes[bar]!;
    table.open[row] = previous / TICKS_PER_RUPEE;
    table.high[row] = top / TICKS_PER_RUPEE;
    table.low[row] = bottom / TICKS_PER_RUPEE;
    table.close[row] = end / TICKS_PER_RUPEE;
    table.volumeShares[row] = volume;
    left -= volume;
    previous = end;
  }
}
