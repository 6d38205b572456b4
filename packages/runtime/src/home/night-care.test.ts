import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFrozenClock } from '@aion/core';
import { importFiles, readManifest } from '@aion/market';
import { newFolder, openHome, removeFolders } from '../../../../test/embedded-home.ts';
import { afterAll, expect, it } from 'vitest';
import { backupsPath, careAtNight } from './night-care.ts';

const DAY_MS = 86_400_000;
const HEADER = 'symbol,date,open,high,low,close,volume';
afterAll(removeFolders);

it('the night joins last month’s days, keeps three backups, and restores a whole state once a week', async () => {
  const home = openHome(newFolder('night'));
  const clock = makeFrozenClock(Date.UTC(2024, 1, 5, 20, 30));
  const embedded = { ...home, clock };
  const days = ['2024-01-01', '2024-01-02', '2024-02-05'];
  for (const day of days) {
    const text = `${HEADER}\nALPHA,${day},10,20,9,15,1000\n`;
    await importFiles(home.ingest, [{ name: `${day}.csv`, read: async () => new TextEncoder().encode(text) }]);
  }
  const before = await readManifest(home.ingest, 'NSE');
  const first = await careAtNight(embedded);
  const after = await readManifest(home.ingest, 'NSE');
  expect(after.hash).toBe(before.hash);
  expect(after.objects.map(({ kind, rows }) => `${kind} ${rows}`)).toEqual(['base 2', 'delta 1']);
  expect(first.lake.series).toMatchObject([{ market: 'NSE', series: 'daily', waiting: 2, removed: 0 }]);
  expect(first.backup!.folder).toMatch(/backups\/2024-02-06$/);
  expect(first.drill).toMatchObject({ from: 'embedded' });
  const drills: boolean[] = [];
  for (let night = 1; night <= 8; night++) {
    clock.advance(DAY_MS);
    const care = await careAtNight(embedded);
    drills.push(care.drill !== null);
    if (night === 7) expect(care.lake.series[0]!.removed).toBe(2);
  }
  expect(drills).toEqual([false, false, false, false, false, false, true, false]);
  const root = backupsPath(home);
  expect(readdirSync(root).sort()).toEqual(['2024-02-12', '2024-02-13', '2024-02-14']);
  expect(existsSync(join(root, '2024-02-14', 'backup.json'))).toBe(true);
  home.close();
});

it('tells the operator when the restore fails, and cares for the lake all the same', async () => {
  const home = openHome(newFolder('night-fails'));
  // A damaged object of the state: a restore must not pass it.
  const { key } = await home.objects.put('reports', new TextEncoder().encode('whole'));
  writeFileSync(join(home.loaded.home, 'objects', key), 'damaged');
  const care = await careAtNight(home);
  expect(care.drill).toBeNull();
  expect(care.backup).not.toBeNull();
  const page = await home.items.query({ table: 'ephemeral', pk: 'OUTBOX' }, { limit: 10 });
  expect(JSON.stringify(page.items)).toMatch(/The weekly restore of this night failed/);
  home.close();
});
