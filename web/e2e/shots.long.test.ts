import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LOGINS } from './fixture-accounts.ts';
import { takeShots } from './shots.ts';
import { onStage } from './stage.ts';

onStage('the pictures of the site', (stage) => {
  it('hold every page of a member in both themes and both sizes, and a sheet of them', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'aion-shots-'));
    try {
      const { browser, profile, site } = stage();
      const shots = await takeShots({ browser, profile, baseUrl: site.url, logins: LOGINS.slice(0, 1), dir });
      const files = await readdir(dir);
      expect(shots.length).toBe(7 * 4);
      expect(files).toContain('signal-basic-light-phone.png');
      expect(files).toContain('login-visitor-dark-desktop.png');
      for (const shot of shots) expect((await stat(join(dir, shot.file))).size).toBeGreaterThan(5_000);
      expect(await readFile(join(dir, 'index.html'), 'utf8')).toContain('28 screens');
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
