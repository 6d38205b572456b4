import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, makeFrozenClock } from '@aion/core';
import { importFiles, readManifest } from '@aion/market';
import { newFolder, openHome, removeFolders } from '../../../../../test/embedded-home.ts';
import { afterAll, expect, it } from 'vitest';
import { diagnose } from '../../doctor.ts';
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
  expect(first.lake!.series).toMatchObject([{ market: 'NSE', series: 'daily', waiting: 2, removed: 0 }]);
  expect(first.backup!.folder).toMatch(/backups\/2024-02-06$/);
  expect(first.drill).toMatchObject({ from: 'embedded' });
  const drills: boolean[] = [];
  for (let night = 1; night <= 8; night++) {
    clock.advance(DAY_MS);
    const care = await careAtNight(embedded);
    drills.push(care.drill !== null);
    if (night === 7) expect(care.lake!.series[0]!.removed).toBe(2);
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

it('backs up, sweeps and restores although the lake cannot be cared for, and tells the operator', async () => {
  const home = openHome(newFolder('night-lake-fails'));
  const broken = {
    ...home.ingest,
    items: { ...home.items, get: () => Promise.reject(new AppError('corrupt', 'planted')) },
  };
  const care = await careAtNight({ ...home, ingest: broken });
  expect(care).toMatchObject({
    lake: null,
    backup: { encrypted: false },
    swept: { items: 0 },
    drill: { from: 'embedded' },
  });
  const page = await home.items.query({ table: 'ephemeral', pk: 'OUTBOX' }, { limit: 10 });
  expect(JSON.stringify(page.items)).toMatch(/The care for the lake of this night failed.*planted/);
  home.close();
});

it('does what is left although a failure cannot even be told', async () => {
  const home = openHome(newFolder('night-untold'));
  const get = () => Promise.reject(new AppError('corrupt', 'planted'));
  const put: typeof home.items.put = (item, when) =>
    item.pk === 'OUTBOX' ? Promise.reject(new AppError('unavailable', 'no mail')) : home.items.put(item, when);
  const care = await careAtNight({
    ...home,
    items: { ...home.items, put },
    ingest: { ...home.ingest, items: { ...home.items, get } },
  });
  expect(care).toMatchObject({ lake: null, backup: { encrypted: false }, drill: { from: 'embedded' } });
  home.close();
});

it('never removes the backup of this night, and one of the future goes before the others', async () => {
  const home = openHome(newFolder('night-future'));
  const clock = makeFrozenClock(Date.UTC(2031, 0, 1, 20, 30));
  const embedded = { ...home, clock };
  const night = async (): Promise<string> => {
    const care = await careAtNight(embedded);
    drills.push(care.drill !== null);
    return care.backup!.folder;
  };
  const drills: boolean[] = [];
  const kept = (): string[] => readdirSync(backupsPath(home)).sort();
  for (let n = 0; n < 3; n++, clock.advance(DAY_MS)) await night();
  expect(kept()).toEqual(['2031-01-02', '2031-01-03', '2031-01-04']);
  // The clock is put right.
  clock.advance(Date.UTC(2024, 1, 5, 20, 30) - clock.nowMs());
  expect(existsSync(join(await night(), 'backup.json'))).toBe(true);
  expect(kept()).toHaveLength(3);
  for (let n = 0; n < 2; n++) {
    clock.advance(DAY_MS);
    await night();
  }
  expect(kept()).toEqual(['2024-02-06', '2024-02-07', '2024-02-08']);
  // Nor does the restore wait until that future has come.
  expect(drills).toEqual([true, false, false, true, false, false]);
  // A backup that was cut off, or that lost its list, is the first to go.
  rmSync(join(backupsPath(home), '2024-02-08', 'backup.json'));
  clock.advance(DAY_MS);
  await night();
  expect(kept()).toEqual(['2024-02-06', '2024-02-07', '2024-02-09']);
  home.close();
});

it('the doctor says when backups are made, and of when the newest is', async () => {
  const home = openHome(newFolder('night-doctor'));
  const clock = makeFrozenClock(Date.UTC(2024, 1, 5, 20, 30));
  const backups = async (): Promise<string | undefined> =>
    (await diagnose({ ...home, clock })).checks.find(({ name }) => name === 'backups')?.detail;
  expect(await backups()).toMatch(/nightly while the product runs, into .*; none yet;/);
  await careAtNight({ ...home, clock });
  expect(await backups()).toMatch(/; the newest is of 2024-02-05T20:30:00/);
  home.close();
});
