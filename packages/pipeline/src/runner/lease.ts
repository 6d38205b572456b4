import {
  AppError,
  bodyOf,
  isAppError,
  makeTurns,
  type Clock,
  type Condition,
  type ItemTable,
  type StoredForm,
  unchangedSince,
} from '@aion/core';
import { z } from 'zod';

const LEASE_MS = 30_000;
const Lease = z.strictObject({ owner: z.string(), untilMs: z.int() });
const LEASE: StoredForm<z.infer<typeof Lease>> = {
  what: 'lease',
  v: 1,
  schema: Lease,
  advice: 'remove it once nothing runs under it',
};

export interface HeldLease {
  /** Prolongs the lease. Throws AppError(lease_lost) when another worker has it. */
  renew(): Promise<void>;
  release(): Promise<void>;
  /** Ends this worker's use and keeps the lease for `ms` more, for the next task of the same run. */
  handOver(ms: number): Promise<void>;
}

/**
 * Who holds a lease that has not expired; undefined when it is free.
 *
 * @example await leaseHolder(items, clock, 'NSE#daily') // undefined: a daily run may begin
 */
export async function leaseHolder(items: ItemTable, clock: Clock, name: string): Promise<string | undefined> {
  const holder = bodyOf(await items.get(key(name)), LEASE);
  return holder === undefined || holder.untilMs <= clock.nowMs() ? undefined : holder.owner;
}

const key = (name: string) => ({ table: 'ephemeral', pk: `LEASE#${name}`, sk: 'LEASE' }) as const;

/**
 * Takes the lease of a piece of work, or throws AppError(conflict) naming who has it. An expired lease, or one whose
 * owner's process is known to be gone, is taken over.
 *
 * @example
 * const lease = await takeLease(items, clock, 'NSE#backfill', host.owner);
 * try { await work(); } finally { await lease.release(); }
 */
export async function takeLease(
  items: ItemTable,
  clock: Clock,
  name: string,
  owner: { readonly name: string; isGone(other: string): boolean },
): Promise<HeldLease> {
  const found = await items.get(key(name));
  const holder = bodyOf(found, LEASE);
  const free = holder === undefined || holder.untilMs <= clock.nowMs() || owner.isGone(holder.owner);
  const taken = (by: string): AppError =>
    new AppError('conflict', `${name} is already running (${by}); wait for it to end`, {
      retryable: true,
      context: { owner: by },
    });
  if (!free) throw taken(holder.owner);
  const write = async (when: Condition, ms = LEASE_MS): Promise<number> =>
    items.put({ ...key(name), v: LEASE.v, body: { owner: owner.name, untilMs: clock.nowMs() + ms } }, when);
  let rev: number;
  try {
    rev = await write(unchangedSince(found));
  } catch (error) {
    if (isAppError(error, 'conflict')) throw taken('another worker was first');
    throw error;
  }
  const prolong = async (ms?: number): Promise<void> => {
    try {
      rev = await write({ kind: 'rev', rev }, ms);
    } catch (cause) {
      if (!isAppError(cause, 'conflict')) throw cause;
      throw new AppError('lease_lost', `another worker took over ${name}; this one stops`, { cause });
    }
  };
  // One after the other: two at once would take each other for another worker.
  const inTurn = makeTurns();
  return {
    // One request that failed fails none after it; a lease that is lost stays lost by its revision.
    renew: () => inTurn(() => prolong()),
    async handOver(ms) {
      await inTurn.settled();
      await prolong(ms);
    },
    async release() {
      await inTurn.settled();
      try {
        await items.delete(key(name), { kind: 'rev', rev });
      } catch (error) {
        // Taken over in the meantime: then it is not ours to release.
        if (!isAppError(error, 'conflict')) throw error;
      }
    },
  };
}
