import { createHash } from 'node:crypto';
import {
  AppError,
  bodyOf,
  changeItem,
  isAppError,
  networkOf,
  type Clock,
  type ItemChange,
  type ItemTable,
  type StoredForm,
  type StoredItem,
} from '@aion/core';
import { z } from 'zod';

/** What is counted. Sign-ins count while they fail; what sends a mail counts each time. */
export type TryKind = 'password' | 'mail';

interface Rule {
  /** So many are free; each further one must wait, twice as long as the one before. */
  readonly free: number;
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
}

/** By one address for one name, and by one address whatever the name. */
const RULES: Readonly<Record<TryKind, { readonly pair: Rule; readonly address: Rule }>> = {
  password: {
    pair: { free: 5, firstWaitMs: 1000, maxWaitMs: 15 * 60_000 },
    address: { free: 30, firstWaitMs: 1000, maxWaitMs: 15 * 60_000 },
  },
  mail: {
    pair: { free: 3, firstWaitMs: 30_000, maxWaitMs: 3_600_000 },
    address: { free: 10, firstWaitMs: 10_000, maxWaitMs: 3_600_000 },
  },
};

/** A count that nothing was added to for so long is forgotten. */
const FORGET_MS = 3_600_000;
const MAX_ATTEMPTS = 20;

const Count = z.strictObject({ count: z.int(), atMs: z.int(), untilMs: z.int() });
type Count = z.infer<typeof Count>;
const COUNT: StoredForm<Count> = {
  what: 'count of tries',
  v: 1,
  schema: Count,
  advice: 'remove this item: it begins anew',
};

const keyOf = (kind: TryKind, what: string) => {
  const hash = createHash('sha256').update(what).digest('hex');
  return { table: 'ephemeral', pk: `AUTH#TRIES#${kind}#${hash}`, sk: 'COUNT' } as const;
};
type Key = ReturnType<typeof keyOf>;
/** The count after a try; undefined where it stays. Throws to refuse the try. */
type Next = (found: Count | undefined, nowMs: number) => Count | undefined;

/** A try that was let through. It counts as a failure until it is said to have succeeded. */
export interface Attempt {
  succeeded(): Promise<void>;
}

export interface Throttle {
  /** Throws AppError(rate_limited) whose `context.waitMs` says how long to wait. */
  begin(kind: TryKind, address: string, name: string): Promise<Attempt>;
}

/**
 * Slows down who guesses passwords or sends mails, by items: a restart forgets nothing, and no flood of other names pushes a count
 * out before its time. A refused try is not counted, and nobody is locked out: who guesses at a name from one address does not slow
 * down its owner at another, and at most a quarter of an hour the one at the same.
 */
export function makeThrottle(items: ItemTable, clock: Clock): Throttle {
  /** Reads and writes one count until no other try came between. */
  async function change(key: Key, next: Next): Promise<void> {
    const step = (found: StoredItem | undefined): ItemChange<'done' | 'again'> => {
      const nowMs = clock.nowMs();
      const known = bodyOf(found, COUNT);
      const setBackMs = known === undefined ? 0 : known.atMs - nowMs;
      // A clock that was set back must not make a wait longer than it was, so the count goes back with it.
      const body = setBackMs > 0 && known !== undefined ? movedBack(known, setBackMs) : next(known, nowMs);
      if (body === undefined) return { result: 'done' };
      const expiresAtS = Math.ceil((Math.max(body.untilMs, nowMs) + FORGET_MS) / 1000);
      return { item: { v: COUNT.v, body, expiresAtS }, result: setBackMs > 0 ? 'again' : 'done' };
    };
    const options = { what: 'the count of tries', attempts: MAX_ATTEMPTS };
    try {
      for (let turn = 0; turn < MAX_ATTEMPTS; turn++)
        if ((await changeItem(items, key, step, options)) === 'done') return;
    } catch (error) {
      if (!isAppError(error, 'conflict')) throw error;
    }
    throw tooMany(1000);
  }
  const refuseWaiting = (found: Count | undefined, nowMs: number): undefined => {
    if (found !== undefined && found.untilMs > nowMs) throw tooMany(found.untilMs - nowMs);
    return undefined;
  };
  const countUp = (key: Key, rule: Rule): Promise<void> =>
    change(key, (found, nowMs) => {
      refuseWaiting(found, nowMs);
      const count = (found?.count ?? 0) + 1;
      return { count, atMs: nowMs, untilMs: nowMs + waitAfter(count, rule) };
    });
  const countDown = (key: Key, rule: Rule): Promise<void> =>
    change(key, (found, nowMs) => {
      if (found === undefined) return undefined;
      const count = Math.max(0, found.count - 1);
      return { count, atMs: nowMs, untilMs: count < rule.free ? 0 : found.untilMs };
    });

  return {
    async begin(kind, address, name) {
      const { pair, address: alone } = RULES[kind];
      const from = networkOf(address);
      const [pairKey, addressKey] = [keyOf(kind, `${from} ${name}`), keyOf(kind, from)];
      // Looked at first, so that a try that one of the two refuses is counted by neither.
      for (const key of [pairKey, addressKey]) await change(key, refuseWaiting);
      await countUp(addressKey, alone);
      await countUp(pairKey, pair);
      return {
        async succeeded() {
          await items.delete(pairKey);
          await countDown(addressKey, alone);
        },
      };
    },
  };
}

function waitAfter(count: number, { free, firstWaitMs, maxWaitMs }: Rule): number {
  return count < free ? 0 : Math.min(maxWaitMs, firstWaitMs * 2 ** Math.min(count - free, 30));
}

const movedBack = (count: Count, byMs: number): Count => ({
  ...count,
  atMs: count.atMs - byMs,
  untilMs: Math.max(0, count.untilMs - byMs),
});

function tooMany(waitMs: number): AppError {
  const seconds = Math.ceil(waitMs / 1000);
  const wait =
    seconds < 120 ? `${seconds} ${seconds === 1 ? 'second' : 'seconds'}` : `${Math.ceil(seconds / 60)} minutes`;
  return new AppError('rate_limited', `Request rate limit reached; try again in ${wait}`, {
    retryable: true,
    context: { waitMs },
  });
}
