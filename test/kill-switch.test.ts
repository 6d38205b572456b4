import { afterAll, describe, expect, it } from 'vitest';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { openStateFile } from '@aion/adapters/sqlite/state-file';
import { makeFrozenClock, type ItemTable } from '@aion/core';
import { KILL_REPLICAS, loadKill, setKill } from '@aion/trading';
import { join } from 'node:path';
import { newFolder, removeFolders } from './embedded-home.ts';

afterAll(removeFolders);
const AT_MS = Date.UTC(2026, 1, 27);
const on = { active: true, reason: 'a drill', by: 'operator' } as const;
const off = { ...on, active: false };

function open(path = join(newFolder('kill-switch'), 'state.db')) {
  const clock = makeFrozenClock(AT_MS);
  const state = openStateFile(path);
  return { path, clock, items: makeSqliteItemTable(state, clock), close: () => state.close() };
}
const replicas = (items: ItemTable): Promise<boolean[]> =>
  Promise.all(Array.from({ length: KILL_REPLICAS }, async (_, i) => (await loadKill(items, i)).active));
const audit = async (items: ItemTable): Promise<unknown[]> =>
  (await items.query({ table: 'money', pk: 'AUDIT#kill' })).items.map(({ body }) => body);

describe('the kill switch', () => {
  it('is off before it was ever set', async () => {
    const { items, close } = open();
    expect(await loadKill(items)).toEqual({ active: false, reason: null, by: null, atMs: null });
    close();
  });

  it('is seen by the readers of every replica, and audited in the order of the changes', async () => {
    const { items, clock, close } = open();
    await setKill(items, clock, on);
    expect(await replicas(items)).toEqual(Array(KILL_REPLICAS).fill(true));
    await setKill(items, clock, off);
    await setKill(items, clock, on);
    clock.advance(1);
    await setKill(items, clock, off);
    expect(await replicas(items)).toEqual(Array(KILL_REPLICAS).fill(false));
    // Three of the four fell into one millisecond.
    expect(await audit(items)).toEqual([
      { ...on, atMs: AT_MS },
      { ...off, atMs: AT_MS },
      { ...on, atMs: AT_MS },
      { ...off, atMs: AT_MS + 1 },
    ]);
    close();
  });

  it('turned by many at once leaves all replicas in one state and every change in the audit', async () => {
    const { items, clock, close } = open();
    await Promise.all(Array.from({ length: 12 }, (_, i) => setKill(items, clock, i % 2 === 0 ? on : off)));
    expect(new Set(await replicas(items)).size).toBe(1);
    expect(await audit(items)).toHaveLength(12);
    close();
  });

  it('survives a restart', async () => {
    const first = open();
    await setKill(first.items, first.clock, on);
    first.close();
    const second = open(first.path);
    expect(await loadKill(second.items, 31)).toEqual({ ...on, atMs: AT_MS });
    second.close();
  });

  it('changes all or nothing when the store fails in the middle', async () => {
    const { items, clock, close } = open();
    const failing: ItemTable = {
      ...items,
      transact: (writes) =>
        items.transact([
          ...writes.slice(0, 20),
          { kind: 'check', key: { table: 'money', pk: 'X', sk: 'X' }, when: { kind: 'exists' } },
        ]),
    };
    await expect(setKill(failing, clock, on)).rejects.toMatchObject({ code: 'conflict' });
    expect(await replicas(items)).toEqual(Array(KILL_REPLICAS).fill(false));
    expect(await audit(items)).toEqual([]);
    close();
  });

  it('that cannot be read is an error, never "off": closed store and damaged replica', async () => {
    const { items, clock, close } = open();
    await setKill(items, clock, on);
    await items.put({ table: 'money', pk: 'KILL#global#07', sk: 'STATE', v: 1, body: { reason: null } });
    await expect(loadKill(items, 7)).rejects.toThrow();
    expect((await loadKill(items, 8)).active).toBe(true);
    close();
    await expect(loadKill(items, 8)).rejects.toThrow();
  });
});
