import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allSqliteItems } from '@aion/adapters/sqlite/all-items';
import { AppError } from '@aion/core';
import { takeLease } from '@aion/pipeline';
import { daily, newFolder, openHome, removeFolders, simulatedHome } from '../../../../test/embedded-home.ts';
import type { Embedded } from '../compose-embedded.ts';
import { verifyStoredLedger } from '../ledger.ts';
import { exportState, type MoveSource } from './export-state.ts';
import { importState } from './import-state.ts';
import type { OpenMove } from './open-move.ts';
import { drillRestore } from './restore-drill.ts';
import type { MoveManifest } from './state-file.ts';

const sourceOf = (home: Embedded): MoveSource => ({
  name: 'embedded',
  items: home.items,
  objects: home.objects,
  clock: home.clock,
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
    expect(report.itemsThere).toBeGreaterThanOrEqual(39);
    expect(report.objectsThere).toBe(manifest.objects.length);
    other.close();
  });

  it('refuses a host that holds something else, before it writes anything', async () => {
    const other = emptyHome();
    await other.items.put({ table: 'product', pk: 'USR#someone', sk: 'ENT', v: 1, body: {} });
    await expect(importState(sourceOf(other), folder)).rejects.toMatchObject({ code: 'conflict' });
    expect(await other.objects.list('')).toEqual([]);
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
    await expect(exportState(sourceOf(home), folder)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is drilled: a restore that holds is reported and leaves nothing behind, one that does not is an error', async () => {
    const host: OpenMove = { ...sourceOf(home), ledgerSecret: async () => home.ledgerSecret, close: () => undefined };
    const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('aion-drill-'));
    const before = left();
    expect(await drillRestore(host)).toMatchObject({ stateHash: manifest.stateHash, items: manifest.items });
    const forged = { ...host, ledgerSecret: async () => '0'.repeat(64) };
    await expect(drillRestore(forged)).rejects.toMatchObject({ code: 'corrupt' });
    expect(left()).toEqual(before);
  });
});
