import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { createKillFile, makeKillFile } from '@aion/adapters/sqlite/kill-file';
import { openStateFile } from '@aion/adapters/sqlite/state-file';
import { makeFrozenClock, type ItemTable } from '@aion/core';
import { KILL_REPLICAS, makeKillSwitch, readKillItem, writeKillItems, type Kill, type KillFile } from '@aion/trading';
import { newFolder, removeFolders } from './embedded-home.ts';

afterAll(removeFolders);
const AT_MS = Date.UTC(2026, 1, 27);
const on = { active: true, reason: 'a drill', by: 'operator' } as const;
const off = { ...on, active: false };
const begun: Kill = { active: false, reason: null, by: null, atMs: AT_MS - 1 };

function open(options: { withFile: boolean; folder?: string; items?: (items: ItemTable) => ItemTable }) {
  const folder = options.folder ?? newFolder('kill-switch');
  const clock = makeFrozenClock(AT_MS);
  const state = openStateFile(join(folder, 'state.db'));
  const path = join(folder, 'kill.db');
  if (options.withFile && options.folder === undefined) createKillFile(path, 'home', [begun]);
  const file = makeKillFile(path, 'home', join(folder, 'reserve'), { withinMs: 50 });
  const own = makeSqliteItemTable(state, clock);
  const items = options.items?.(own) ?? own;
  const behind: string[] = [];
  const kill = makeKillSwitch({
    items,
    clock,
    // Nobody waits in these tests: what is behind is seen at once.
    pause: () => Promise.resolve(),
    onBehind: (problem) => behind.push(problem),
    ...(options.withFile ? { file } : {}),
  });
  const close = (): void => {
    file.close();
    state.close();
  };
  return { folder, path, clock, state, items: own, file, kill, behind, close };
}
const replicas = (items: ItemTable): Promise<(boolean | undefined)[]> =>
  Promise.all(Array.from({ length: KILL_REPLICAS }, async (_, i) => (await readKillItem(items, i))?.active));
const audit = async (items: ItemTable): Promise<unknown[]> =>
  (await items.query({ table: 'money', pk: 'AUDIT#kill' })).items.map(({ body }) => body);

describe.each([{ withFile: true }, { withFile: false }])(
  'the kill switch, in a file of its own: $withFile',
  ({ withFile }) => {
    it('is seen by the readers of every replica, and audited in the order of the changes', async () => {
      const { items, clock, kill, close } = open({ withFile });
      await kill.set(on);
      await kill.reconcile();
      expect(await replicas(items)).toEqual(Array(KILL_REPLICAS).fill(true));
      await kill.set(off);
      await kill.set(on);
      await kill.reconcile();
      clock.advance(1);
      await kill.set(off);
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

    it('turned by many at once ends in one state everywhere, and no "off" undoes an "on" that it did not see', async () => {
      const { items, kill, close } = open({ withFile });
      await kill.set(on);
      await kill.settled();
      const turned = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => kill.set(i % 2 === 0 ? on : off)));
      await kill.settled();
      await kill.reconcile();
      const { active } = await kill.read();
      expect(new Set(await replicas(items))).toEqual(new Set([active]));
      for (const [i, result] of turned.entries()) {
        if (result.status === 'rejected') expect([i % 2, result.reason]).toMatchObject([1, { code: 'conflict' }]);
      }
      close();
    });

    it('that was turned on while an "off" waited stays on, and the "off" is told', async () => {
      let [gate, open_]: [Promise<void>, () => void] = [Promise.resolve(), () => undefined];
      const { kill, items, close } = open({
        withFile,
        items: (own) => ({ ...own, transact: async (writes) => (await gate, own.transact(writes)) }),
      });
      await kill.set(on);
      await kill.settled();
      gate = new Promise((resolve) => (open_ = resolve));
      const turningOff = kill.set(off);
      const settledOff = turningOff.then(
        () => 'off',
        (error: { code: string }) => error.code,
      );
      await new Promise((resolve) => setImmediate(resolve));
      const turningOn = kill.set({ ...on, reason: 'a newer word' });
      await new Promise((resolve) => setImmediate(resolve));
      open_();
      await turningOn;
      expect(await settledOff).toBe('conflict');
      await kill.settled();
      expect(await kill.read()).toMatchObject({ active: true, reason: 'a newer word', known: true });
      expect(await replicas(items)).toEqual(Array(KILL_REPLICAS).fill(true));
      close();
    });

    it('is released by who saw the state that stands, and by nobody who looked at an older one', async () => {
      const { items, clock, kill, close } = open({ withFile });
      await kill.set(on);
      const { atMs: seenAtMs } = await kill.read();
      clock.advance(1);
      await kill.set({ ...on, reason: 'another found more', by: 'another' });
      await kill.settled();
      for (const older of [seenAtMs, null])
        await expect(kill.set({ ...off, seenAtMs: older })).rejects.toMatchObject({ code: 'conflict' });
      expect(await kill.read()).toMatchObject({ active: true, reason: 'another found more' });
      expect(await replicas(items)).toEqual(Array(KILL_REPLICAS).fill(true));
      await kill.set({ ...off, seenAtMs: AT_MS + 1 });
      expect(await kill.read()).toMatchObject({ active: false });
      // A stop is never refused, whatever its asker saw.
      await kill.set({ ...on, seenAtMs });
      expect(await kill.read()).toMatchObject({ active: true });
      await kill.settled();
      close();
    });

    it('keeps a stop that comes between the look of a release and its writing', async () => {
      let beforeWriting: () => Promise<unknown> = () => Promise.resolve();
      const { kill, clock, items, close } = open({
        withFile,
        items: (own) => ({
          ...own,
          transact: async (writes) => {
            const first = beforeWriting;
            beforeWriting = () => Promise.resolve();
            await first();
            return own.transact(writes);
          },
        }),
      });
      await kill.set(on);
      await kill.settled();
      clock.advance(1);
      // Another process, which could write its items alone.
      beforeWriting = () => writeKillItems(items, { ...on, reason: 'a newer word', atMs: AT_MS + 1 });
      await expect(kill.set({ ...off, seenAtMs: AT_MS })).rejects.toMatchObject({ code: 'conflict' });
      expect(await kill.read()).toMatchObject({ active: true });
      expect(await replicas(items)).toEqual(Array(KILL_REPLICAS).fill(true));
      close();
    });

    it('survives a restart', async () => {
      const first = open({ withFile });
      await first.kill.set(on);
      first.close();
      const second = open({ withFile, folder: first.folder });
      expect(await second.kill.read(31)).toEqual({ ...on, atMs: AT_MS, known: true, problem: null });
      second.close();
    });

    it('that cannot be read counts as on: closed store and damaged replica', async () => {
      const { items, kill, state, close } = open({ withFile });
      await kill.set(off);
      await items.put({ table: 'money', pk: 'KILL#global#07', sk: 'STATE', v: 1, body: { reason: null } });
      expect(await kill.read(7)).toMatchObject({ active: true, known: false });
      expect(await kill.read(8)).toMatchObject({ active: false, known: true });
      state.close();
      expect(await kill.read(8)).toMatchObject({ active: true, known: false });
      expect(close).toThrow();
    });
  },
);

describe('the kill switch without a file', () => {
  it('is unknown, which counts as on, before it was ever set and after its items are gone', async () => {
    const { items, kill, close } = open({ withFile: false });
    expect(await kill.read()).toMatchObject({
      active: true,
      known: false,
      problem: expect.stringContaining('never set') as string,
    });
    await kill.set(off);
    expect(await kill.read()).toMatchObject({ active: false, known: true });
    for (let replica = 0; replica < KILL_REPLICAS; replica++)
      await items.delete({ table: 'money', pk: `KILL#global#${String(replica).padStart(2, '0')}`, sk: 'STATE' });
    expect(await kill.read()).toMatchObject({ active: true, known: false });
    close();
  });

  it('changes all or nothing when the store fails in the middle', async () => {
    const { items, kill, close } = open({
      withFile: false,
      items: (own) => ({
        ...own,
        transact: (writes) =>
          own.transact([
            ...writes.slice(0, 20),
            { kind: 'check', key: { table: 'money', pk: 'X', sk: 'X' }, when: { kind: 'exists' } },
          ]),
      }),
    });
    await expect(kill.set(on)).rejects.toMatchObject({ code: 'conflict' });
    expect(await replicas(items)).toEqual(Array(KILL_REPLICAS).fill(undefined));
    expect(await audit(items)).toEqual([]);
    close();
  });
});

describe('the kill switch in a file of its own', () => {
  it('is set and visible while another process holds the state file, and the items follow', async () => {
    const { folder, kill, items, close } = open({ withFile: true });
    const holder = new DatabaseSync(join(folder, 'state.db'));
    holder.exec('BEGIN IMMEDIATE');
    expect(await kill.set(on)).toMatchObject({ active: true, known: true, mirrored: false });
    expect(await kill.read()).toMatchObject({ active: true, known: true });
    expect(await readKillItem(items)).toBeUndefined();
    holder.exec('ROLLBACK');
    await kill.reconcile();
    expect(await replicas(items)).toEqual(Array(KILL_REPLICAS).fill(true));
    holder.close();
    close();
  });

  it('stays on when the items forget, and when the file is gone or damaged while the items remember', async () => {
    const { path, file, kill, items, close } = open({ withFile: true });
    await kill.set(on);
    await kill.reconcile();
    await items.put({ table: 'money', pk: 'KILL#global#00', sk: 'STATE', v: 1, body: begun });
    expect(await kill.read()).toMatchObject({ active: true, known: true });
    await kill.reconcile();
    expect((await readKillItem(items))?.active).toBe(true);
    file.close();
    writeFileSync(path, 'damaged'.repeat(1000));
    expect(await kill.read()).toMatchObject({ active: true, known: true, reason: on.reason });
    rmSync(path);
    expect(await kill.read()).toMatchObject({ active: true, known: true });
    close();
  });

  it('counts as on when the file is gone and the items say off, until it is set anew', async () => {
    const { path, file, kill, close } = open({ withFile: true });
    await kill.set(off);
    file.close();
    rmSync(path);
    expect(await kill.read()).toMatchObject({ active: true, known: false });
    await kill.set(off);
    expect(existsSync(path)).toBe(true);
    expect(await kill.read()).toMatchObject({ active: false, known: true });
    close();
  });

  it('turned off with items that cannot be written stays on', async () => {
    const { kill, close } = open({
      withFile: true,
      items: (own) => ({
        ...own,
        transact: (writes) => (failing ? Promise.reject(new Error('no disk')) : own.transact(writes)),
      }),
    });
    let failing = false;
    await kill.set(on);
    await kill.reconcile();
    failing = true;
    await expect(kill.set(off)).rejects.toThrow('no disk');
    expect(await kill.read()).toMatchObject({ active: true, known: true });
    close();
  });

  it('turned on with a file that cannot be written stands in the items, and fails only when neither takes it', async () => {
    const full: KillFile = {
      read: async () => begun,
      head: async () => ({ kill: begun, seq: 1 }),
      history: async () => [begun],
      append: () => Promise.reject(new Error('the disk is full')),
    };
    const { items, clock, close } = open({ withFile: true });
    const kill = makeKillSwitch({ items, clock, file: full, pause: () => Promise.resolve() });
    expect(await kill.set(on)).toMatchObject({ active: true, problem: 'the disk is full' });
    expect(await kill.read()).toMatchObject({ active: true, known: true });
    const broken: ItemTable = { ...items, transact: () => Promise.reject(new Error('no table')) };
    const dead = makeKillSwitch({ items: broken, clock, file: full, pause: () => Promise.resolve() });
    await expect(dead.set(on)).rejects.toThrow('the disk is full');
    close();
  });
});

describe('two homes that become one', () => {
  it.each([{ withFile: true }, { withFile: false }])(
    'are carried once, however often that is tried (file: $withFile)',
    async ({ withFile }) => {
      const { kill, close } = open({ withFile });
      await kill.set({ ...on, reason: 'ours' });
      const history: Kill[] = [
        { ...on, reason: 'theirs', atMs: AT_MS - 9 },
        { ...off, reason: 'theirs', atMs: AT_MS - 8 },
      ];
      await kill.carry({ kill: history[1]!, history }, 'import-state');
      await kill.carry({ kill: history[1]!, history }, 'import-state');
      expect(await kill.read()).toMatchObject({ active: true, known: true });
      const { history: known } = (await kill.record())!;
      for (const entry of history) expect(known.filter((one) => one.atMs === entry.atMs)).toHaveLength(1);
      close();
    },
  );
});
