import { type Exchange } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { makeFixturePorts } from '../../test/fixture-ports.ts';
import { claimRevision, snapshotIdOf } from './snapshot-identity.ts';

const DATE = '2026-02-27';
const parts = {
  sessionDate: DATE,
  barsHash: 'b',
  bundleHash: 'm',
  schemaHash: 's',
  codeHash: 'c',
  configuration: { gates: { minPrice: 10 }, mode: 'stub' },
};

describe('the identity of a snapshot', () => {
  it('is equal for equal parts, whatever the order of their names, and changes with each part', () => {
    const id = snapshotIdOf(parts);
    expect(snapshotIdOf({ ...parts, configuration: { mode: 'stub', gates: { minPrice: 10 } } })).toBe(id);
    const changed = Object.keys(parts).map((name) => snapshotIdOf({ ...parts, [name]: 'changed' }));
    expect(new Set([id, ...changed]).size).toBe(Object.keys(parts).length + 1);
  });

  it('keeps revision, author and time of the first claim', async () => {
    const { items } = makeFixturePorts();
    const first = await claimRevision(items, 'NSE', DATE, { snapshotId: 'a', runId: 'run-1', nowMs: 1 });
    const again = await claimRevision(items, 'NSE', DATE, { snapshotId: 'a', runId: 'run-2', nowMs: 2 });
    expect(again).toEqual(first);
    expect(first).toEqual({ snapshotId: 'a', revision: 1, runId: 'run-1', publishedAtMs: 1, turn: 1 });
  });

  it('gives each changed snapshot the next revision of its own session and exchange', async () => {
    const { items } = makeFixturePorts();
    const claim = async (exchange: Exchange, date: string, snapshotId: string): Promise<number> =>
      (await claimRevision(items, exchange, date, { snapshotId, runId: 'r', nowMs: 1 })).revision;
    expect([await claim('NSE', DATE, 'a'), await claim('NSE', DATE, 'b'), await claim('NSE', DATE, 'a')]).toEqual([
      1, 2, 1,
    ]);
    expect([await claim('NSE', '2026-02-26', 'a'), await claim('US', DATE, 'a')]).toEqual([1, 1]);
  });

  it('takes the next turn when it comes back after another, with the revision it had', async () => {
    const { items } = makeFixturePorts();
    const claim = async (snapshotId: string): Promise<[number, number]> => {
      const identity = await claimRevision(items, 'NSE', DATE, { snapshotId, runId: 'r', nowMs: 1 });
      return [identity.revision, identity.turn];
    };
    expect([await claim('a'), await claim('b'), await claim('b'), await claim('a'), await claim('c')]).toEqual([
      [1, 1],
      [2, 2],
      [2, 2],
      [1, 3],
      [3, 4],
    ]);
  });

  it('under racing claims is given once per snapshot, and no revision is given twice', async () => {
    const { items } = makeFixturePorts();
    const claims = ['a', 'b', 'a', 'c', 'b', 'a'].map((snapshotId, i) =>
      claimRevision(items, 'NSE', DATE, { snapshotId, runId: `run-${i}`, nowMs: i }),
    );
    const found = await Promise.all(claims);
    const byId = new Map(found.map((identity) => [identity.snapshotId, identity]));
    for (const identity of found) expect(identity.revision).toBe(byId.get(identity.snapshotId)!.revision);
    expect([...byId.values()].map(({ revision }) => revision).sort()).toEqual([1, 2, 3]);
  });
});
