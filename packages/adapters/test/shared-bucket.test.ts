import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFrozenClock, makeRng, type ItemTable } from '@aion/core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSharedBucket } from '../src/plumbing/shared-bucket.ts';
import { makeSqliteItemTable } from '../src/sqlite/item-table.ts';
import { openStateFile } from '../src/sqlite/state-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'aion-bucket-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('makeSharedBucket', () => {
  const clock = makeFrozenClock(1_700_000_000_000);
  const RATE = { requests: 5, perMs: 1000 };
  let items: ItemTable;
  let file = 0;
  beforeEach(() => {
    items = makeSqliteItemTable(openStateFile(join(folder, `${file++}.db`)), clock);
  });
  const bucket = (name = 'yahoo', own = clock, table = items) =>
    makeSharedBucket({
      items: table,
      clock: own,
      rng: makeRng('bucket'),
      name,
      rate: RATE,
      sleep: async (ms) => clock.advance(Math.ceil(ms)),
    });

  it('gives its tokens at once and then says how long to wait', async () => {
    const one = bucket();
    for (let i = 0; i < 5; i++) expect(await one.tryTake()).toBe(0);
    expect(await one.tryTake()).toBe(200);
    clock.advance(200);
    expect(await one.tryTake()).toBe(0);
    expect(await one.tryTake()).toBe(200);
  });

  it('is one bucket for all processes, and another for each source', async () => {
    const [one, two] = [bucket(), bucket()];
    for (let i = 0; i < 5; i++) expect(await (i % 2 === 0 ? one : two).tryTake()).toBe(0);
    expect(await two.tryTake()).toBeGreaterThan(0);
    expect(await bucket('sec').tryTake()).toBe(0);
  });

  it('never lets more through than the rate, whoever asks how often', async () => {
    const takers = [bucket(), bucket(), bucket()];
    const startMs = clock.nowMs();
    let taken = 0;
    for (let step = 0; step < 60; step++) {
      const results = await Promise.all(takers.map((taker) => taker.tryTake()));
      taken += results.filter((waitMs) => waitMs === 0).length;
      clock.advance(37);
      expect(taken).toBeLessThanOrEqual(RATE.requests * (1 + (clock.nowMs() - startMs) / RATE.perMs));
    }
    expect(taken).toBeGreaterThanOrEqual(12);
  });

  it('waits for another token when others win every round', async () => {
    let rounds = 0;
    const key = { table: 'ephemeral', pk: 'RATE#yahoo', sk: 'BUCKET' } as const;
    const busy: ItemTable = {
      ...items,
      async put(item, when) {
        rounds++;
        await items.put({ ...key, v: 1, body: { tokens: 3, atMs: clock.nowMs() } });
        return items.put(item, when);
      },
    };
    expect(await bucket('yahoo', clock, busy).tryTake()).toBe(200);
    expect(rounds).toBe(4);
  });

  it('does not stop a source until a clock that was set back has caught up', async () => {
    const one = bucket();
    for (let i = 0; i < 5; i++) await one.tryTake();
    clock.set(clock.nowMs() - 3_600_000);
    expect(await one.tryTake()).toBe(200);
    clock.advance(200);
    expect(await one.tryTake()).toBe(0);
    expect(await one.tryTake()).toBe(200);
  });

  it('is neither filled nor emptied by a machine whose clock stands behind', async () => {
    const behind = makeFrozenClock(clock.nowMs() - 60_000);
    const [one, late] = [bucket(), bucket('yahoo', behind)];
    for (let i = 0; i < 4; i++) await one.tryTake();
    // The last token is there for it, too, and nothing is added or lost by its taking it.
    expect(await late.tryTake()).toBe(0);
    expect(await late.tryTake()).toBeGreaterThan(0);
    expect(await one.tryTake()).toBe(200);
  });

  it('waits for its turn, and stops waiting when the budget ends', async () => {
    const one = bucket();
    const before = clock.nowMs();
    for (let i = 0; i < 7; i++) await one.acquire(new AbortController().signal);
    expect(clock.nowMs() - before).toBeGreaterThanOrEqual(400);
    await expect(one.acquire(AbortSignal.abort(new Error('no time left')))).rejects.toThrow('no time left');
  });
});
