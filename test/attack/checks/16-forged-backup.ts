import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Attack, Target } from '../attack.ts';
import { must } from '../ask.ts';

interface Manifest {
  createdAt: string;
  files: { path: string; bytes: number; sha256: string }[];
}

/** Makes everybody an administrator in a backup and writes its list of files anew, as whoever may write to its folder can. */
function forge(backup: string): void {
  const state = join(backup, 'state.db');
  const db = new DatabaseSync(state);
  db.exec(`UPDATE items SET body = replace(body, '"role":"member"', '"role":"admin"')`);
  db.close();
  const path = join(backup, 'backup.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  const bytes = readFileSync(state);
  for (const file of manifest.files)
    if (file.path === 'state.db')
      Object.assign(file, { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  writeFileSync(path, JSON.stringify(manifest));
}

async function backedUp(target: Target): Promise<{ home: string; backup: string }> {
  const product = await target.another();
  await product.stop();
  const backup = join(target.folder('backups'), 'one');
  const made = await target.command(['backup', backup], { home: product.home });
  must(made.code === 0, `no backup could be made: ${made.stderr}`);
  return { home: product.home, backup };
}

export const attacks: readonly Attack[] = [
  {
    row: '16',
    title: 'a forged backup with an administrator of its own is restored without a word',
    async run(target) {
      const { home, backup } = await backedUp(target);
      forge(backup);
      const restored = await target.command(['restore', backup], { home });
      must(restored.code !== 0, `it was restored: ${restored.stdout}`);
    },
  },
  {
    row: '16',
    title: 'a forged backup whose signature was taken off is restored as one of before backups were signed',
    async run(target) {
      const { home, backup } = await backedUp(target);
      forge(backup);
      const path = join(backup, 'backup.json');
      const { createdAt, files } = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
      writeFileSync(path, JSON.stringify({ v: 1, createdAt, files }));
      const confirmed = await target.command(['restore', backup, '--yes'], { home });
      // A product that never asks has no such option.
      const asks = !confirmed.stderr.includes('unknown option');
      const restored = asks ? confirmed : await target.command(['restore', backup], { home });
      must(restored.code !== 0, `it was restored: ${restored.stdout}`);
      must(
        restored.stderr.includes('--unsigned'),
        `the refusal does not say how a backup of before is taken: ${restored.stderr}`,
      );
    },
  },
  {
    row: '16',
    title: 'a restore brings the sessions of its day back to life',
    async run(target) {
      const { home, backup } = await backedUp(target);
      const key = readFileSync(join(home, 'secrets', 'signing-key.json'), 'utf8');
      const restored = await target.command(['restore', backup, '--yes'], { home });
      const done = restored.code === 0 ? restored : await target.command(['restore', backup], { home });
      must(done.code === 0, `it could not be restored: ${done.stderr}`);
      const after = join(home, 'secrets', 'signing-key.json');
      must(
        !existsSync(after) || readFileSync(after, 'utf8') !== key,
        'tokens of before the restore are still signed by the key in use',
      );
      const db = new DatabaseSync(join(home, 'state.db'), { readOnly: true });
      const left = db.prepare("SELECT count(*) AS n FROM items WHERE tbl = 'ephemeral' AND pk LIKE 'AUTH#%'").get();
      db.close();
      must(left?.['n'] === 0, `${String(left?.['n'])} sessions and links of the backup live on`);
    },
  },
];
