import { AppError, isAppError, type Clock, type EpochMs, type ItemTable, type Write } from '@aion/core';
import { z } from 'zod';

/** One item would be hot at the open: readers take the replica of their account. All are set in one transaction. */
export const KILL_REPLICAS = 32;

const MAX_SAME_MS = 50;

export const Kill = z.strictObject({
  active: z.boolean(),
  reason: z.string().nullable(),
  by: z.string().nullable(),
  atMs: z.int().nullable(),
});
export type Kill = z.infer<typeof Kill>;

export const KILL_EFFECT =
  'While it is on, no order that increases exposure is sent and unfilled entries are cancelled; protective orders and exits stay and stay possible.';

const replicaKey = (replica: number) =>
  ({ table: 'money', pk: `KILL#global#${String(replica).padStart(2, '0')}`, sk: 'STATE' }) as const;

/** Throws when the store cannot be read: whoever enters positions must then refuse. */
export async function loadKill(items: ItemTable, replica = 0): Promise<Kill> {
  const found = await items.get(replicaKey(replica % KILL_REPLICAS));
  return found === undefined ? { active: false, reason: null, by: null, atMs: null } : Kill.parse(found.body);
}

/** Sets every replica and writes the audit item in one transaction: all readers see the change or none. */
export async function setKill(
  items: ItemTable,
  clock: Clock,
  change: { active: boolean; reason: string; by: string },
): Promise<Kill> {
  const atMs: EpochMs = clock.nowMs();
  const body: Kill = { active: change.active, reason: change.reason, by: change.by, atMs };
  const writes: Write[] = Array.from({ length: KILL_REPLICAS }, (_, replica) => ({
    kind: 'put',
    item: { ...replicaKey(replica), v: 1, body },
  }));
  // Two changes in one millisecond are two entries of the audit; none replaces another.
  for (let place = 0; place < MAX_SAME_MS; place++) {
    const sk = `${String(atMs).padStart(15, '0')}#${String(place).padStart(2, '0')}`;
    const audit: Write = {
      kind: 'put',
      item: { table: 'money', pk: 'AUDIT#kill', sk, v: 1, body },
      when: { kind: 'absent' },
    };
    try {
      await items.transact([...writes, audit]);
      return body;
    } catch (error) {
      if (!isAppError(error, 'conflict')) throw error;
    }
  }
  throw new AppError('conflict', 'the kill switch is being changed by many at once; look at its state and try again', {
    retryable: true,
  });
}
