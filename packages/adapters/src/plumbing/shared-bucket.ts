import {
  bodyOf,
  changeItem,
  type Clock,
  isAppError,
  type ItemChange,
  type ItemTable,
  type Rng,
  type StoredForm,
  type StoredItem,
} from '@aion/core';
import { z } from 'zod';
import type { Rate, RateLimiter } from './limiter.ts';

const Bucket = z.strictObject({ tokens: z.number(), atMs: z.int() });
const BUCKET: StoredForm<z.infer<typeof Bucket>> = {
  what: 'bucket of requests',
  v: 1,
  schema: Bucket,
  advice: 'remove this item: it begins full',
};
/** Of processes that draw at the same time one wins each round; more rounds than this and the loser waits for another token. */
const MAX_ROUNDS = 4;

export interface SharedBucketOptions {
  readonly items: ItemTable;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Of the source. */
  readonly name: string;
  readonly rate: Rate;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * A token bucket that all processes of a stage share: an item that is changed by conditional put only. It holds `requests` tokens and
 * fills within `perMs`, so that over any stretch at most `requests` × (1 + stretch ÷ perMs) requests go out.
 */
export function makeSharedBucket(options: SharedBucketOptions): RateLimiter & { tryTake(): Promise<number> } {
  const { items, clock, rng, rate } = options;
  const key = { table: 'ephemeral', pk: `RATE#${options.name}`, sk: 'BUCKET' } as const;
  const perToken = rate.perMs / rate.requests;

  /** Since when, by the monotonic time, the bucket has stood as it does. */
  let seen: { readonly rev: number | undefined; readonly sinceMs: number } | undefined;

  /** 0: a token was taken. Otherwise the milliseconds after which one may be there. */
  async function tryTake(): Promise<number> {
    try {
      return await changeItem(items, key, take, { what: `the bucket of ${options.name}`, attempts: MAX_ROUNDS });
    } catch (error) {
      if (!isAppError(error, 'conflict')) throw error;
      return Math.ceil(perToken);
    }
  }

  function take(found: StoredItem | undefined): ItemChange<number> {
    const nowMs = clock.nowMs();
    const before = bodyOf(found, BUCKET) ?? { tokens: rate.requests, atMs: nowMs };
    if (seen?.rev !== found?.rev) seen = { rev: found?.rev, sinceMs: clock.monotonicMs() };
    // A clock that stands behind another machine's must not fill the bucket, nor empty it.
    const atMs = Math.max(nowMs, before.atMs);
    // Nor may one that was set back stop the source until it has caught up: this process knows how long it has waited.
    const elapsedMs = Math.max(atMs - before.atMs, clock.monotonicMs() - (seen?.sinceMs ?? 0));
    const tokens = Math.min(rate.requests, before.tokens + elapsedMs / perToken);
    if (tokens < 1) return { result: Math.ceil((1 - tokens) * perToken) };
    const expiresAtS = Math.ceil((atMs + rate.perMs) / 1000) + 60;
    return { item: { v: BUCKET.v, body: { tokens: tokens - 1, atMs }, expiresAtS }, result: 0 };
  }

  return {
    tryTake,
    async acquire(signal) {
      for (;;) {
        signal.throwIfAborted();
        const waitMs = await tryTake();
        if (waitMs === 0) return;
        // Spread, so that those who wait for the same token do not all come back at once.
        await options.sleep(waitMs * (1 + rng.next() * 0.25), signal);
      }
    },
  };
}
