import { bodyIfReadable, type EpochMs, type ItemTable, type StoredForm } from '@aion/core';
import { LEFT_ALONE_MS, makeBreaker, type BreakerState, type SourceBreaker } from '@aion/adapters/plumbing/breaker';
import type { SourceName } from '@aion/market/sources';
import { z } from 'zod';

const Health = z.strictObject({
  state: z.enum(['closed', 'open', 'half_open']),
  failures: z.int(),
  /** The breaker's own, to go on from. */
  breaker: z.unknown(),
  lastFault: z.string().nullable(),
  atMs: z.int(),
});
const HEALTH: StoredForm<z.infer<typeof Health>> = { what: 'health of a source', v: 1, schema: Health };

export interface SourceHealth {
  readonly state: BreakerState;
  /** Failures in a row that say that the source is ill. */
  readonly failures: number;
  readonly lastFault: string | null;
  readonly atMs: EpochMs | null;
}

export const UNKNOWN_HEALTH: SourceHealth = { state: 'closed', failures: 0, lastFault: null, atMs: null };
/** What was ill a day ago says nothing about now. */
const KEEP_S = 86_400;

const keyOf = (name: SourceName) => ({ table: 'ephemeral', pk: `SOURCE#${name}`, sk: 'HEALTH' }) as const;

export async function loadHealth(
  items: ItemTable,
  name: SourceName,
  nowMs: EpochMs,
): Promise<SourceHealth & { breaker?: unknown }> {
  // Of one that another version of the program wrote nothing is known: begin afresh.
  const known = bodyIfReadable(await items.get(keyOf(name)), HEALTH);
  if (known === undefined) return UNKNOWN_HEALTH;
  const { state, atMs } = known;
  // The next call may try it: it is no longer left alone. A failure of the future was before the clock was set back.
  return { ...known, state: state === 'open' && Math.abs(nowMs - atMs) >= LEFT_ALONE_MS ? 'half_open' : state };
}

export async function saveHealth(
  items: ItemTable,
  name: SourceName,
  breaker: SourceBreaker,
  lastFault: string | null,
  nowMs: EpochMs,
): Promise<void> {
  const body = {
    state: breaker.state(),
    failures: breaker.failures(),
    breaker: breaker.snapshot(),
    lastFault,
    atMs: nowMs,
  };
  await items.put({ ...keyOf(name), v: HEALTH.v, body, expiresAtS: Math.ceil(nowMs / 1000) + KEEP_S });
}

/** A breaker that goes on where the last process left it. */
export function resumeBreaker({ breaker, failures }: SourceHealth & { readonly breaker?: unknown }): SourceBreaker {
  if (breaker === undefined || breaker === null) return makeBreaker();
  return makeBreaker({ initial: breaker, initialFailures: failures });
}
