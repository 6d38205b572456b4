import { setImmediate as nextTurn } from 'node:timers/promises';
import { commitBars, compactLake, readManifest, verifyLake } from '@aion/market';
import { expect, it } from 'vitest';
import { newFolder } from './embedded-home.ts';
import { hashOfDays, testKilledWriters } from './killed-writers.ts';
import { barsOfDays, openLake } from './lake-writer.ts';

// As often as one writer is killed on a lake it may meet what the one before left behind; more of them are in the long form.
testKilledWriters({ lakes: 2, killsEach: 4 });

it('two writers at once, and one who joins what they wrote, lose no bar', async () => {
  const folder = newFolder('lake-two');
  const writers = [0, 1].map(() => openLake(folder));
  const work = { isDone: false };
  const join = async (): Promise<number> => {
    const ports = openLake(folder);
    let joined = 0;
    while (!work.isDone) {
      joined += (await compactLake(ports, 'NSE', 'daily', { today: 30_000 })).length;
      // Where there is nothing to join nothing is waited for, and the writers would never have their turn.
      await nextTurn();
    }
    ports.close();
    return joined;
  };
  const joining = join();
  const commitAll = writers.map(async (ports, writer) => {
    for (let day = 0; day < 12; day++) await commitBars(ports, 'NSE', 'daily', barsOfDays(2 * day + writer, 1));
  });
  await Promise.all(commitAll).finally(() => (work.isDone = true));
  expect(await joining).toBeGreaterThan(0);
  const manifest = await readManifest(writers[0]!, 'NSE');
  expect((await verifyLake(writers[0]!, manifest)).problems).toEqual([]);
  expect(manifest.hash).toBe(await hashOfDays(24));
  for (const ports of writers) ports.close();
});
