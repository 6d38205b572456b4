import type { Clock } from '@aion/core';

/** `burst` requests at once, then `perSecond`: over any stretch at most burst + perSecond × its seconds. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Taken {
  readonly allowed: boolean;
  /** Requests that are left at once. */
  readonly left: number;
  /** Until one more is there; 0 while some are. */
  readonly waitMs: number;
  /** Until all are there again. */
  readonly fullMs: number;
}

export interface TokenBuckets {
  take(name: string): Taken;
  /** How many names are held apart. */
  size(): number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

const SWEEP_MS = 1000;

/**
 * A bucket per name, at most `most` of them. One that is full again says no more than one that does not exist and is forgotten; no
 * other is, whoever brings new names: while there is no room for more of them, names that are not held share one bucket. Counts by the
 * monotonic time.
 */
export function makeTokenBuckets({ perSecond, burst }: Rate, clock: Clock, most: number): TokenBuckets {
  const buckets = new Map<string, Bucket>();
  const perMs = perSecond / 1000;
  const others: Bucket = { tokens: burst, atMs: clock.monotonicMs() };
  let sweptMs = Number.NEGATIVE_INFINITY;

  const fill = (bucket: Bucket, nowMs: number): void => {
    bucket.tokens = Math.min(burst, bucket.tokens + (nowMs - bucket.atMs) * perMs);
    bucket.atMs = nowMs;
  };
  const sweep = (nowMs: number): void => {
    if (nowMs - sweptMs < SWEEP_MS) return;
    sweptMs = nowMs;
    for (const [name, { tokens, atMs }] of buckets) if (tokens + (nowMs - atMs) * perMs >= burst) buckets.delete(name);
  };
  const bucketOf = (name: string, nowMs: number): Bucket => {
    const held = buckets.get(name);
    if (held !== undefined) return held;
    if (buckets.size >= most) sweep(nowMs);
    if (buckets.size >= most) return others;
    const made = { tokens: burst, atMs: nowMs };
    buckets.set(name, made);
    return made;
  };
  return {
    take(name) {
      const nowMs = clock.monotonicMs();
      const bucket = bucketOf(name, nowMs);
      fill(bucket, nowMs);
      const allowed = bucket.tokens >= 1;
      if (allowed) bucket.tokens -= 1;
      const waitMs = bucket.tokens >= 1 ? 0 : (1 - bucket.tokens) / perMs;
      return { allowed, left: Math.floor(bucket.tokens), waitMs, fullMs: (burst - bucket.tokens) / perMs };
    },
    size: () => buckets.size,
  };
}
