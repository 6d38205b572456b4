import { AppError, compactDate, hashOf, type EpochMs, type ItemTable, type SessionDate } from '@aion/core';
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

export const snapshotIdOf = (parts: SnapshotParts): string => hashOf(parts);

const Identity = z.strictObject({
  snapshotId: z.string(),
  revision: z.int().positive(),
  runId: z.string(),
  publishedAtMs: z.int(),
});
export type Identity = z.infer<typeof Identity>;

/**
 * The revision of a snapshot within its session: an equal snapshot keeps the one it has (and its time), a changed one gets
 * the next. Counter and claim are written in one transaction.
 */
export async function claimRevision(
  items: ItemTable,
  exchange: string,
  sessionDate: SessionDate,
  claim: { snapshotId: string; runId: string; nowMs: EpochMs },
): Promise<Identity> {
  const pk = `SNAP#${exchange}#${compactDate(sessionDate)}`;
  const own = { table: 'product', pk, sk: `ID#${claim.snapshotId}` } as const;
  const counterKey = { table: 'product', pk, sk: 'COUNTER' } as const;
  for (let attempt = 0; attempt < 5; attempt++) {
    const found = await items.get(own);
    if (found !== undefined) return Identity.parse(found.body);
    const counter = await items.get(counterKey);
    const revision = Number(counter?.body['revision'] ?? 0) + 1;
    const body: Identity = { snapshotId: claim.snapshotId, revision, runId: claim.runId, publishedAtMs: claim.nowMs };
    try {
      await items.transact([
        { kind: 'put', item: { ...own, v: 1, body }, when: { kind: 'absent' } },
        {
          kind: 'put',
          item: { ...counterKey, v: 1, body: { revision } },
          when: counter === undefined ? { kind: 'absent' } : { kind: 'rev', rev: counter.rev },
        },
      ]);
      return body;
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'conflict')) throw error;
    }
  }
  throw new AppError('conflict', `another run is claiming a revision of ${sessionDate}; run again`, {
    retryable: true,
  });
}
