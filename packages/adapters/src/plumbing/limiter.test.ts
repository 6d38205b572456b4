import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeLocalLimiter } from './limiter.ts';

const signal = (): AbortSignal => new AbortController().signal;

describe('makeLocalLimiter', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('lets so many out within any stretch, and the next as soon as the first has left it', async () => {
    const limiter = makeLocalLimiter({ requests: 2, perMs: 1000 });
    const out: number[] = [];
    const startMs = performance.now();
    for (let i = 0; i < 5; i++) void limiter.acquire(signal()).then(() => out.push(performance.now() - startMs));
    await vi.advanceTimersByTimeAsync(2000);
    expect(out).toEqual([0, 0, 1000, 1000, 2000]);
  });

  it('does not wait for a clock that was set back', async () => {
    const limiter = makeLocalLimiter({ requests: 1, perMs: 1000 });
    await limiter.acquire(signal());
    vi.setSystemTime(Date.now() - 86_400_000);
    const passed = vi.fn();
    void limiter.acquire(signal()).then(passed);
    await vi.advanceTimersByTimeAsync(999);
    expect(passed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(passed).toHaveBeenCalled();
  });

  it('rejects with the reason of whoever stops waiting', async () => {
    const limiter = makeLocalLimiter({ requests: 1, perMs: 1000 });
    await limiter.acquire(signal());
    const stop = new AbortController();
    const waiting = limiter.acquire(stop.signal);
    stop.abort(new Error('no longer needed'));
    await expect(waiting).rejects.toThrow('no longer needed');
  });
});
