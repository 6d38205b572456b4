import { AppError, type Clock, type ItemTable } from '@aion/core';
import { z } from 'zod';

const LEASE_MS = 30_000;
const Lease = z.strictObject({ owner: z.string(), untilMs: z.int() });

export interface HeldLease {
  /** Prolongs the lease. Throws AppError(lease_lost) when another worker has it. */
  renew(): Promise<void>;
  release(): Promise<void>;
}

const key = (name: string) => ({ table: 'ephemeral', pk: `LEASE#${name}`, sk: 'LEASE' }) as const;

/**
 * Takes the lease of a piece of work, or throws AppError(conflict) naming who has it. An expired lease, or one whose
 * owner's process is known to be gone, is taken over.
 */
export async function takeLease(
  items: ItemTable,
  clock: Clock,
  name: string,
  owner: { readonly name: string; isGone(other: string): boolean },
): Promise<HeldLease> {
  const found = await items.get(key(name));
  const holder = found === undefined ? undefined : Lease.parse(found.body);
  const free = holder === undefined || holder.untilMs <= clock.nowMs() || owner.isGone(holder.owner);
  if (!free) {
    throw new AppError('conflict', `${name} is already running (${holder.owner}); wait for it to end`, {
      retryable: true,
      context: { owner: holder.owner },
    });
  }
  const body = () => ({ owner: owner.name, untilMs: clock.nowMs() + LEASE_MS });
  let rev = await items.put(
    { ...key(name), v: 1, body: body() },
    found === undefined ? { kind: 'absent' } : { kind: 'rev', rev: found.rev },
  );
  return {
    async renew() {
      try {
        rev = await items.put({ ...key(name), v: 1, body: body() }, { kind: 'rev', rev });
      } catch (cause) {
        if (!(cause instanceof AppError && cause.code === 'conflict')) throw cause;
        throw new AppError('lease_lost', `another worker took over ${name}; this one stops`, { cause });
      }
    },
    async release() {
      try {
        await items.delete(key(name), { kind: 'rev', rev });
      } catch (error) {
        // Taken over in the meantime: then it is not ours to release.
        if (!(error instanceof AppError && error.code === 'conflict')) throw error;
      }
    },
  };
}
