import {
  AppError,
  bodyOf,
  isAppError,
  queryAll,
  type Condition,
  type EpochMs,
  type ItemTable,
  type StoredForm,
  type Write,
} from '@aion/core';
import { Kill } from './kill.ts';

/** One item would be hot at the open: readers take the replica of their account. All are set in one transaction. */
export const KILL_REPLICAS = 32;

const KILL: StoredForm<Kill> = {
  what: 'state of the kill switch',
  v: 1,
  schema: Kill,
  advice: 'it counts as on; turn it on, look why, then decide',
};
const AUDIT = 'AUDIT#kill';
const MAX_SAME_MS = 50;

const replicaKey = (replica: number) =>
  ({ table: 'money', pk: `KILL#global#${String(replica).padStart(2, '0')}`, sk: 'STATE' }) as const;

/**
 * The state that a replica holds; undefined where the switch was never set up in this store. Throws when the store cannot be
 * read or the replica is damaged: whoever enters positions must then refuse.
 */
export async function readKillItem(items: ItemTable, replica = 0): Promise<Kill | undefined> {
  return bodyOf(await items.get(replicaKey(replica % KILL_REPLICAS)), KILL);
}

/** What a change that must not undo another's is written behind: the revision of the first replica; null where there is none. */
export async function killRevision(items: ItemTable): Promise<number | null> {
  return (await items.get(replicaKey(0)))?.rev ?? null;
}

/** Every change that the items know of, oldest first. */
export async function readKillAudit(items: ItemTable): Promise<Kill[]> {
  return (await queryAll(items, { table: 'money', pk: AUDIT })).map((item) => bodyOf(item, KILL));
}

/** Items that hold the switch or its changes. They go from one home to another by `carry` and by nothing else. */
export const isKillItem = ({ pk }: { readonly pk: string }): boolean => pk.startsWith('KILL#') || pk === AUDIT;

/**
 * Sets every replica and writes the audit item in one transaction: all readers see the change or none. With `after`, of
 * `killRevision`, only where nobody changed the items since; throws AppError(conflict) otherwise.
 */
export async function writeKillItems(
  items: ItemTable,
  body: Kill & { readonly atMs: EpochMs },
  after?: number | null,
): Promise<void> {
  const when: Condition | undefined =
    after === undefined ? undefined : after === null ? { kind: 'absent' } : { kind: 'rev', rev: after };
  const replicas = Array.from({ length: KILL_REPLICAS }, (_, replica): Write => ({
    kind: 'put',
    item: { ...replicaKey(replica), v: KILL.v, body },
    ...(replica === 0 && when !== undefined ? { when } : {}),
  }));
  await withAudit(body, async (audit) => {
    // A lost race for the place in the audit is tried again; a lost race for the switch is not.
    if (after !== undefined && (await killRevision(items)) !== after) throw changedSince();
    await items.transact([...replicas, audit]);
  });
}

/** The error for a change that came second: somebody else changed the switch between the look at it and the change. */
export const changedSince = (): AppError =>
  new AppError('conflict', 'somebody changed the kill switch meanwhile; look at it and decide again', {
    context: { killChanged: true },
  });

/** Writes a change of the past into the audit, without turning the switch. */
export async function addKillAudit(items: ItemTable, change: Kill): Promise<void> {
  await withAudit(change, (audit) => items.transact([audit]));
}

/** Two changes in one millisecond are two entries of the audit; none replaces another. */
async function withAudit(body: Kill, write: (audit: Write) => Promise<void>): Promise<void> {
  for (let place = 0; place < MAX_SAME_MS; place++) {
    const sk = `${String(body.atMs ?? 0).padStart(15, '0')}#${String(place).padStart(2, '0')}`;
    try {
      return await write({
        kind: 'put',
        item: { table: 'money', pk: AUDIT, sk, v: KILL.v, body },
        when: { kind: 'absent' },
      });
    } catch (error) {
      if (!isAppError(error, 'conflict') || error.context['killChanged'] === true) throw error;
    }
  }
  throw new AppError('conflict', 'the kill switch is being changed by many at once; look at its state and try again', {
    retryable: true,
  });
}
