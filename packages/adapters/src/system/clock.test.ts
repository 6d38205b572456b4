import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeFrozenClock, makeOffsetClock } from '@aion/core';
import { systemClock } from './clock.ts';

afterEach(() => void vi.useRealTimers());

describe('the monotonic time of a clock', () => {
  it('goes on when the wall clock is set back', () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 2), toFake: ['Date'] });
    const [wall, monotonic] = [systemClock.nowMs(), systemClock.monotonicMs()];
    const offset = makeOffsetClock(1000, systemClock);
    vi.setSystemTime(Date.UTC(2026, 0, 1));
    expect(systemClock.nowMs()).toBeLessThan(wall);
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(monotonic);
    expect(offset.nowMs()).toBeGreaterThanOrEqual(1000);
    expect(Number.isInteger(offset.nowMs())).toBe(true);
  });

  it('of a frozen clock moves with it forward, and stays where it is when the clock goes back', () => {
    const clock = makeFrozenClock(1000);
    clock.advance(50);
    clock.set(2000);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([2000, 1000]);
    clock.set(500);
    clock.advance(-100);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([400, 1000]);
    clock.advance(1);
    expect(clock.monotonicMs()).toBe(1001);
  });
});
