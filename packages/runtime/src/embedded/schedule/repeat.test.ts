import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MINUTE_MS, type Clock } from '@aion/core';
import { at, every, type Beat } from '@aion/jobs/timetable';
import { loadCalendar } from '@aion/market';
import { repeat } from './repeat.ts';

const NSE = loadCalendar('NSE');
const QUARTERS: Beat = { kind: 'minutes', days: 'all', minutes: every(15, at('00:00'), at('23:45')) };
/** 09:59 in Mumbai. */
const BEFORE_TEN = Date.UTC(2026, 1, 27, 4, 29);
const wall: Pick<Clock, 'nowMs'> = { nowMs: () => Date.now() };

beforeEach(() => void vi.useFakeTimers({ now: BEFORE_TEN }));
afterEach(() => void vi.useRealTimers());

it('fires at each instant of its beat, and says when it fires next', async () => {
  const fired: string[] = [];
  const timer = repeat(QUARTERS, NSE, wall, async () => void fired.push(new Date().toISOString().slice(11, 16)));
  expect(timer.nextMs()).toBe(BEFORE_TEN + MINUTE_MS);
  await vi.advanceTimersByTimeAsync(31 * MINUTE_MS);
  expect(fired).toEqual(['04:30', '04:45', '05:00']);
  expect(timer.nextMs()).toBe(BEFORE_TEN + 46 * MINUTE_MS);
  timer.stop();
  await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);
  expect(fired).toHaveLength(3);
});

it('does not begin what is still under way, and goes on behind it, also where it failed', async () => {
  let begun = 0;
  let end: (how: 'done' | 'failed') => void = () => undefined;
  const work = (): Promise<void> => {
    begun++;
    return new Promise((resolve, reject) => {
      end = (how) => (how === 'done' ? resolve() : reject(new Error('planted')));
    });
  };
  const timer = repeat(QUARTERS, NSE, wall, () => work().catch(() => undefined));
  await vi.advanceTimersByTimeAsync(31 * MINUTE_MS);
  expect(begun).toBe(1);
  end('failed');
  await vi.advanceTimersByTimeAsync(15 * MINUTE_MS);
  expect(begun).toBe(2);
  timer.stop();
});

it('fires once for all that a machine has slept through', async () => {
  let fired = 0;
  const timer = repeat(QUARTERS, NSE, wall, async () => void fired++);
  // The clock goes on while no timer does.
  vi.setSystemTime(BEFORE_TEN + 183 * MINUTE_MS);
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  expect(fired).toBe(1);
  expect(timer.nextMs()).toBe(BEFORE_TEN + 196 * MINUTE_MS);
  timer.stop();
});

it('has no next instant where the calendar has ended', () => {
  vi.setSystemTime(Date.UTC(2031, 1, 27));
  const timer = repeat({ kind: 'after_close', minutes: 5 }, NSE, wall, async () => undefined);
  expect(timer.nextMs()).toBeNull();
  timer.stop();
});
