/** Says when the next request may go out. */
export interface RateLimiter {
  /** Resolves when it may; rejects with the signal's reason when that comes first. */
  acquire(signal: AbortSignal): Promise<void>;
}

export interface Rate {
  readonly requests: number;
  readonly perMs: number;
}

/**
 * A limit within this process: over any stretch of `perMs` at most `requests`, by a time that nobody sets back. Several processes add
 * up: give them a shared bucket as well.
 */
export function makeLocalLimiter({ requests, perMs }: Rate): RateLimiter {
  /** When the last of them went out, or will. */
  const taken: number[] = [];
  const pass = (): Promise<void> => {
    const nowMs = performance.now();
    const dueMs = taken.length < requests ? nowMs : Math.max(nowMs, taken.shift()! + perMs);
    taken.push(dueMs);
    return dueMs <= nowMs ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, dueMs - nowMs));
  };
  return {
    async acquire(signal) {
      signal.throwIfAborted();
      await untilAborted(pass(), signal);
    },
  };
}

/** A limiter that waits for each of the given ones in turn, so that all of them must agree. */
export function allOf(limiters: readonly RateLimiter[]): RateLimiter {
  return {
    async acquire(signal) {
      for (const limiter of limiters) await limiter.acquire(signal);
    },
  };
}

/** The promise, or the signal's reason as soon as it is aborted. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop!);
  }
}
