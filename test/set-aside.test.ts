import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { CSV_HEADER, newFolder, removeFolders, runCli, simulatedHome, spawnCli } from './embedded-home.ts';

afterAll(removeFolders);

it('real files never mix with the simulated market: its home is kept beside, and not touched while in use', async () => {
  const file = join(newFolder('real'), 'bars.csv');
  writeFileSync(file, [CSV_HEADER, 'ALPHA,2026-02-27,10,11,9,10.5,1000'].join('\n'));
  const embedded = await simulatedHome('simulated');
  const { home } = embedded.loaded;

  const refused = await spawnCli(home, ['import', file, '--json']);
  expect(refused.code).toBe(4);
  expect(refused.stderr).toMatch(/holds the SIMULATED market and is in use/);
  embedded.close();

  // A mistyped path changes nothing; what is not of the market goes over: a kill switch that is on stays on.
  expect((await runCli(home, ['kill', 'on', '--reason', 'drill', '--json'])).code).toBe(0);
  const mistyped = await runCli(home, ['import', `${file}.missing`, '--json']);
  expect(mistyped.code).toBe(2);
  expect(existsSync(`${home}.simulated-1`)).toBe(false);

  const imported = await runCli(home, ['import', file, '--json']);
  expect(imported.code, imported.stderr).toBe(0);
  expect(imported.stderr).toContain(`kept in ${home}.simulated-1`);
  expect(imported.json()).toMatchObject({ symbols: 1, stored: 1 });
  expect(existsSync(join(`${home}.simulated-1`, 'state.db'))).toBe(true);

  expect((await runCli(home, ['kill', '--json'])).json()).toMatchObject({ active: true, reason: 'drill' });

  const again = await runCli(home, ['import', file, '--json']);
  expect(again.json()).toMatchObject({ stored: 0, duplicates: 1 });
  expect(existsSync(`${home}.simulated-2`)).toBe(false);
});
