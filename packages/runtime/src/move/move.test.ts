import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { allSqliteItems } from '@aion/adapters/sqlite/all-items';
import { AppError } from '@aion/core';
import { takeLease } from '@aion/pipeline';
import { daily, newFolder, openHome, removeFolders, simulatedHome } from '../../../../test/embedded-home.ts';
import { embeddedBillingQueue, type Embedded } from '../embedded/compose-embedded.ts';
import { verifyStoredLedger } from '@aion/jobs/ledger';
import { exportState, type MoveSource } from './export-state.ts';
import { importState } from './import-state.ts';
import { openCloudMove, openEmbeddedMove, type OpenMove } from './open-move.ts';
import { drillRestore } from './restore-drill.ts';
import type { MoveManifest } from './state-file.ts';

const sourceOf = (home: Embedded): MoveSource => ({
  name: 'embedded',
  items: home.items,
  objects: home.objects,
  clock: home.clock,
  kill: home.kill,
  allItems: () => allSqliteItems(home.state, home.clock.nowMs()),
});
let home: Embedded;
let folder: string;
let manifest: MoveManifest;
beforeAll(async () => {
  home = await simulatedHome('move');
  await daily(home);
  folder = join(newFolder('export'), 'state');
  manifest = await exportState(sourceOf(home), folder);
});
afterAll(() => {
  home.close();
  removeFolders();
});
const emptyHome = (): Embedded => openHome(newFolder('target'));

describe('moving house', () => {
  it('gives the other host the same state, down to the track record, and moves it back the same', async () => {
    const other = emptyHome();
    const report = await importState(sourceOf(other), folder);
    expect(report).toMatchObject({ items: manifest.items, itemsThere: 0, stateHash: manifest.stateHash });
    expect(report.objects).toBe(manifest.objects.length);
    const record = await verifyStoredLedger({ items: other.items, ledgerSecret: home.ledgerSecret });
    expect(record).toMatchObject({ ok: true });
    expect(record.entries).toBeGreaterThan(0);
    const back = join(newFolder('back'), 'state');
    expect((await exportState(sourceOf(other), back)).stateHash).toBe(manifest.stateHash);
    other.close();
  });

  it('goes on after an interruption and then has everything once', async () => {
    const other = emptyHome();
    let puts = 0;
    const breaking = {
      ...sourceOf(other),
      items: {
        ...other.items,
        put: (...args: Parameters<typeof other.items.put>) =>
          ++puts > 40 ? Promise.reject(new AppError('unavailable', 'planted')) : other.items.put(...args),
      },
    };
    await expect(importState(breaking, folder)).rejects.toThrow('planted');
    const report = await importState(sourceOf(other), folder);
    // Of the forty some expire: those are not counted.
    expect(report.itemsThere).toBeGreaterThanOrEqual(36);
    expect(report.objectsThere).toBe(manifest.objects.length);
    other.close();
  });

  it('refuses a host that holds something else, before it writes anything', async () => {
    const other = emptyHome();
    await other.items.put({ table: 'product', pk: 'USR#someone', sk: 'ENT', v: 1, body: {} });
    const stopped = join(newFolder('stopped'), 'state');
    await home.kill.set({ active: true, reason: 'a drill', by: 'operator' });
    await exportState(sourceOf(home), stopped);
    await home.kill.set({ active: false, reason: 'the drill is over', by: 'operator' });
    await expect(importState(sourceOf(other), stopped)).rejects.toMatchObject({ code: 'conflict' });
    expect(await other.objects.list('')).toEqual([]);
    // A mistyped target is somebody's product: it is not stopped.
    expect(await other.kill.read()).toMatchObject({ active: false });
    other.close();
  });

  it('refuses a damaged export: a missing object, a changed one, a changed list of items, no manifest', async () => {
    const damaged = async (path: string, content: string | null): Promise<unknown> => {
      const before = readFileSync(join(folder, path));
      if (content === null) rmSync(join(folder, path));
      else writeFileSync(join(folder, path), content);
      const other = emptyHome();
      try {
        return await importState(sourceOf(other), folder).catch((error: unknown) => error);
      } finally {
        other.close();
        writeFileSync(join(folder, path), before);
      }
    };
    const object = `objects/${manifest.objects[0]!.key}`;
    expect(await damaged(object, null)).toMatchObject({ code: 'corrupt' });
    expect(await damaged(object, 'x'.repeat(manifest.objects[0]!.bytes))).toMatchObject({ code: 'corrupt' });
    expect(await damaged('items.ndjson.gz', 'nonsense')).toMatchObject({ code: 'corrupt' });
    expect(await damaged('manifest.json', null)).toMatchObject({ code: 'bad_input' });
    expect(await damaged('manifest.json', '{"v":2}')).toMatchObject({ code: 'corrupt' });
  });

  it('says so when the new host does not end with the state that was moved', async () => {
    const other = emptyHome();
    const losing = {
      ...sourceOf(other),
      items: {
        ...other.items,
        put: async (...args: Parameters<typeof other.items.put>) =>
          args[0].pk.startsWith('LATEST#') ? 1 : other.items.put(...args),
      },
    };
    await expect(importState(losing, folder)).rejects.toMatchObject({ code: 'corrupt' });
    other.close();
  });

  it('refuses to export while a run is under way, and over a folder that is there', async () => {
    const lease = await takeLease(home.items, home.clock, 'NSE#hourly', { name: 'host:1:1', isGone: () => false });
    const other = join(newFolder('busy'), 'state');
    await expect(exportState(sourceOf(home), other)).rejects.toMatchObject({ code: 'conflict' });
    expect(existsSync(other)).toBe(false);
    await lease.release();
    // What it had taken before it came to that one is free again.
    await (await takeLease(home.items, home.clock, 'NSE#daily', { name: 'host:1:1', isGone: () => false })).release();
    await expect(exportState(sourceOf(home), folder)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('lets no run begin while it exports, and frees all after', async () => {
    const kinds = ['daily', 'hourly', 'post-market'];
    const start = (kind: string) =>
      takeLease(home.items, home.clock, `NSE#${kind}`, { name: 'host:1:1', isGone: () => false });
    const refused: unknown[] = [];
    const source: MoveSource = {
      ...sourceOf(home),
      async *allItems() {
        for (const kind of kinds) refused.push(await start(kind).catch((error: unknown) => error));
        yield* sourceOf(home).allItems();
      },
    };
    await exportState(source, join(newFolder('held'), 'state'));
    expect(refused).toHaveLength(6);
    for (const error of refused)
      expect(error).toMatchObject({ code: 'conflict', message: expect.stringContaining('export:') as string });
    for (const kind of kinds) await (await start(kind)).release();
  });

  it('keeps what it holds for as long as it takes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let aheadMs = 0;
    const clock = { ...home.clock, nowMs: () => home.clock.nowMs() + aheadMs };
    const start = () => takeLease(home.items, clock, 'NSE#hourly', { name: 'host:1:1', isGone: () => false });
    const source: MoveSource = {
      ...sourceOf(home),
      clock,
      async *allItems() {
        for (let step = 0; step < 4; step++) {
          aheadMs += 20_000;
          await vi.advanceTimersByTimeAsync(10_000);
          await expect(start()).rejects.toMatchObject({ code: 'conflict' });
        }
        yield* sourceOf(home).allItems();
      },
    };
    try {
      await exportState(source, join(newFolder('long'), 'state'));
    } finally {
      vi.useRealTimers();
    }
    await (await start()).release();
  });

  it('refuses a state that changed while it was read, even where it was changed back, and leaves no folder', async () => {
    const path = join(newFolder('torn'), 'state');
    const flag = { table: 'product', pk: 'FLAGS', sk: 'planted', v: 1 } as const;
    await home.items.put({ ...flag, body: { on: true } });
    const change = async (): Promise<void> => {
      await home.items.put({ ...flag, body: { on: false } });
      await home.items.put({ ...flag, body: { on: true } });
    };
    const source: MoveSource = {
      ...sourceOf(home),
      objects: { ...home.objects, list: async (...args) => (await change(), home.objects.list(...args)) },
    };
    await expect(exportState(source, path)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('changed during the export') as string,
    });
    expect(existsSync(path)).toBe(false);
    await home.items.delete(flag);
    // What expires comes and goes: it is no change of the state.
    const passing = { table: 'ephemeral', pk: 'OUTBOX', sk: 'planted', v: 1, body: {}, expiresAtS: 4_102_444_800 };
    const quiet: MoveSource = {
      ...source,
      objects: {
        ...home.objects,
        list: async (...args) => (await home.items.put(passing as never), home.objects.list(...args)),
      },
    };
    expect((await exportState(quiet, path)).stateHash).toBe(manifest.stateHash);
    await home.items.delete(passing as never);
  });

  it('says when another worker took over what it held', async () => {
    const path = join(newFolder('lost'), 'state');
    const source: MoveSource = {
      ...sourceOf(home),
      objects: {
        ...home.objects,
        async list(...args) {
          const gone = { name: 'host:1:1', isGone: () => true };
          await (await takeLease(home.items, home.clock, 'NSE#daily', gone)).release();
          return home.objects.list(...args);
        },
      },
    };
    await expect(exportState(source, path)).rejects.toMatchObject({ code: 'lease_lost' });
    expect(existsSync(path)).toBe(false);
  });

  it('refuses more objects than it can list, and messages that would not move unless they are left behind', async () => {
    const path = join(newFolder('left'), 'state');
    const many = { ...home.objects, list: async (_: string, limit = 0) => Array.from({ length: limit }, String) };
    await expect(exportState({ ...sourceOf(home), objects: many }, path)).rejects.toMatchObject({ code: 'too_large' });
    let asked = 0;
    const source: MoveSource = { ...sourceOf(home), pendingMessages: async () => ++asked };
    await expect(exportState(source, path)).rejects.toThrow(/1 messages of billing wait/);
    const later: MoveSource = { ...source, pendingMessages: async () => asked++ - 1 };
    await expect(exportState(later, path)).rejects.toThrow(/1 messages of billing wait/);
    expect(existsSync(path)).toBe(false);
    await exportState(source, path, undefined, { leaveMessages: true });
  });

  it('counts the messages of a home that wait or were given up', async () => {
    const loaded = openHome(newFolder('messages'));
    const queue = embeddedBillingQueue(loaded);
    const open = openEmbeddedMove(loaded.loaded);
    expect(await open.pendingMessages()).toBe(0);
    for (const id of ['a', 'b']) await queue.send({ body: '{}', groupId: id, deduplicationId: id });
    await queue.receive({ max: 1, visibilityMs: 1000 });
    expect(await open.pendingMessages()).toBe(2);
    open.close();
    loaded.close();
  });

  it('names what is missing of a stage’s variables before it asks AWS anything', async () => {
    const path = join(newFolder('variables'), 'outputs.json');
    for (const [text, missing] of [
      ['{}', /AION_STAGE.*AWS_REGION/],
      ['{"AWS_REGION":""}', /AWS_REGION/],
    ] as const) {
      writeFileSync(path, text);
      await expect(openCloudMove(path)).rejects.toThrow(missing);
      await expect(openCloudMove(path)).rejects.toMatchObject({ code: 'bad_input' });
      const { openStage } = await import('../cloud/operate-stage.ts');
      expect(() => openStage(path)).toThrow(missing);
    }
  });

  it('is drilled: a restore that holds is reported and leaves nothing behind, one that does not is an error', async () => {
    const host: OpenMove = {
      ...sourceOf(home),
      pendingMessages: async () => 3,
      ledgerSecret: async () => home.ledgerSecret,
      close: () => undefined,
    };
    const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('aion-drill-'));
    const before = left();
    expect(await drillRestore(host)).toMatchObject({ stateHash: manifest.stateHash, items: manifest.items });
    const forged = { ...host, ledgerSecret: async () => '0'.repeat(64) };
    await expect(drillRestore(forged)).rejects.toMatchObject({ code: 'corrupt' });
    expect(left()).toEqual(before);
  });
});
