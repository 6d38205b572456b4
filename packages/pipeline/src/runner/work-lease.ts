import { RUN_KINDS, type Exchange } from '@aion/core';

/** What goes on once at a time on an exchange: a run of each kind, and a backfill. */
export const LEASED_WORK = [...RUN_KINDS, 'backfill'] as const;

/**
 * The name of the lease under which it goes on.
 *
 * @example await leaseHolder(items, clock, workLease('NSE', 'daily')) // undefined: a daily run may begin
 */
export const workLease = (exchange: Exchange, work: (typeof LEASED_WORK)[number]): string => `${exchange}#${work}`;
