import {
  type Exchange,
  bodyOf,
  changeItem,
  compactDate,
  hashOf,
  unchangedSince,
  type EpochMs,
  type ItemChange,
  type ItemTable,
  type SessionDate,
  type StoredForm,
  type StoredItem,
} from '@aion/core';
import { z } from 'zod';

/** What a run's result follows from. Equal parts give the same snapshot and so the same signals. */
export interface SnapshotParts {
  readonly sessionDate: SessionDate;
  readonly barsHash: string;
  readonly bundleHash: string;
  readonly schemaHash: string;
  readonly codeHash: string;
  readonly configuration: unknown;
}

/** The identity of a run's result: the hash of all that it follows from. */
export const snapshotIdOf = (parts: SnapshotParts): string => hashOf(parts);

const Stored = z.strictObject({
  snapshotId: z.string(),
  revision: z.int().positive(),
  runId: z.string(),
  publishedAtMs: z.int(),
});
const Counter = z.strictObject({ revision: z.int().positive(), turn: z.int().positive(), current: z.string() });
const SNAPSHOT: StoredForm<z.infer<typeof Stored>> = { what: 'snapshot of a session', v: 1, schema: Stored };
const COUNTER: StoredForm<z.infer<typeof Counter>> = { what: 'counter of revisions', v: 1, schema: Counter };

export interface Identity extends z.infer<typeof Stored> {
  /** Grows by one whenever another snapshot of the session is claimed, an earlier one included: the newest turn is served. */
  readonly turn: number;
}

const MAX_ATTEMPTS = 20;

/**
 * The revision of a snapshot within its session: an equal snapshot keeps the one it has (and its time), a changed one gets
 * the next. A snapshot that comes back after another (a wrong bar was imported and put right again) keeps its revision and
 * takes the next turn. Counter and claim are written in one transaction.
 */
export async function claimRevision(
  items: ItemTable,
  exchange: Exchange,
  sessionDate: SessionDate,
  claim: { snapshotId: string; runId: string; nowMs: EpochMs },
): Promise<Identity> {
  const pk = `SNAP#${exchange}#${compactDate(sessionDate)}`;
  const own = { table: 'product', pk, sk: `ID#${claim.snapshotId}` } as const;
  const counterKey = { table: 'product', pk, sk: 'COUNTER' } as const;
  const take = async (stored: StoredItem | undefined): Promise<ItemChange<Identity>> => {
    const found = await items.get(own);
    const counter = bodyOf(stored, COUNTER);
    const known = bodyOf(found, SNAPSHOT);
    if (known !== undefined && counter?.current === claim.snapshotId)
      return { result: { ...known, turn: counter.turn } };
    const turn = (counter?.turn ?? 0) + 1;
    const revision = known === undefined ? (counter?.revision ?? 0) + 1 : counter!.revision;
    const body = known ?? { snapshotId: claim.snapshotId, revision, runId: claim.runId, publishedAtMs: claim.nowMs };
    return {
      item: { v: COUNTER.v, body: { revision, turn, current: claim.snapshotId } },
      also: [{ kind: 'put', item: { ...own, v: SNAPSHOT.v, body }, when: unchangedSince(found) }],
      result: { ...body, turn },
    };
  };
  return changeItem(items, counterKey, take, {
    what: `the revisions of ${sessionDate}`,
    advice: 'run again',
    attempts: MAX_ATTEMPTS,
  });
}
