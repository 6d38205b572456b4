import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isOpen, makeBreaker } from './breaker.ts';
import { sourceFault } from './faults.ts';

const ill = () => Promise.reject(sourceFault('server_error', 'x', 'it failed'));
const limited = () => Promise.reject(sourceFault('rate_limited', 'x', 'too many'));
const fine = () => Promise.resolve(1);

describe('makeBreaker', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const fail = async (breaker: ReturnType<typeof makeBreaker>, times: number, work = ill): Promise<void> => {
    for (let i = 0; i < times; i++) await breaker.execute(work).catch(() => undefined);
  };

  it('opens after so many failures in a row and then asks nothing', async () => {
    const breaker = makeBreaker({ failures: 3, openMs: 1000 });
    await fail(breaker, 2);
    expect([breaker.state(), breaker.failures()]).toEqual(['closed', 2]);
    await fail(breaker, 1);
    expect(breaker.state()).toBe('open');
    const work = vi.fn(fine);
    await expect(breaker.execute(work)).rejects.toSatisfy(isOpen);
    expect(work).not.toHaveBeenCalled();
  });

  it('tries one call after a while, closes on success and opens again on failure', async () => {
    const breaker = makeBreaker({ failures: 1, openMs: 1000 });
    await fail(breaker, 1);
    vi.advanceTimersByTime(1001);
    await fail(breaker, 1);
    expect(breaker.state()).toBe('open');
    vi.advanceTimersByTime(1001);
    await breaker.execute(fine);
    expect([breaker.state(), breaker.failures()]).toEqual(['closed', 0]);
  });

  it('is tried again after its while, also when the clock was set back meanwhile', async () => {
    const breaker = makeBreaker({ failures: 1, openMs: 1000 });
    await fail(breaker, 1);
    vi.setSystemTime(Date.now() - 86_400_000);
    const work = vi.fn(fine);
    vi.advanceTimersByTime(999);
    await expect(breaker.execute(work)).rejects.toSatisfy(isOpen);
    vi.advanceTimersByTime(1);
    await breaker.execute(work);
    expect([breaker.state(), breaker.failures()]).toEqual(['closed', 0]);
  });

  it('does not count a rate limit: the source is well, we are too fast', async () => {
    const breaker = makeBreaker({ failures: 1 });
    await fail(breaker, 5, limited);
    expect([breaker.state(), breaker.failures()]).toEqual(['closed', 0]);
  });

  it('goes on in another process where it stood', async () => {
    const breaker = makeBreaker({ failures: 1, openMs: 60_000 });
    await fail(breaker, 1);
    const stored = JSON.parse(JSON.stringify(breaker.snapshot())) as unknown;
    expect(makeBreaker({ failures: 1, openMs: 60_000, initial: stored }).state()).toBe('open');
  });
});
