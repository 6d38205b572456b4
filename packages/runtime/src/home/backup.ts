import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { isStateFileInUse } from '@aion/adapters/sqlite/state-file';
import { AppError, toIso } from '@aion/core';
import { z } from 'zod';
import { objectsPath, statePath, type Embedded } from '../compose-embedded.ts';

const MANIFEST = 'backup.json';
const Manifest = z.strictObject({
  v: z.literal(1),
  createdAt: z.string(),
  files: z.array(
    z.strictObject({ path: z.string().regex(/^(?!.*\.\.)[\w=.-]+(\/[\w=.-]+)*$/), bytes: z.int(), sha256: z.string() }),
  ),
});

export interface BackupReport {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Copies the state to a new folder: the state file by SQLite's own snapshot first, then the objects. An object is written
 * before an item points to it, so the copied state points to nothing that the copy lacks. The manifest comes last.
 */
export async function backUp(embedded: Embedded, folder: string): Promise<BackupReport> {
  if (existsSync(folder)) throw new AppError('conflict', `${folder} exists already; give a folder that does not`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  embedded.state.db.prepare('VACUUM INTO ?').run(join(folder, 'state.db'));
  const { home } = embedded.loaded;
  const copied = ['state.db'];
  const copy = (path: string): void => {
    const name = relative(home, path).split(sep).join('/');
    const target = join(folder, name);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    copyFileSync(path, target);
    copied.push(name);
  };
  for (const root of [objectsPath(home), join(home, 'secrets')]) {
    for (const path of filesUnder(root)) copy(path);
  }
  if (existsSync(join(home, 'config.json'))) copy(join(home, 'config.json'));
  const files = copied.map((path) => {
    const bytes = readFileSync(join(folder, path));
    return { path, bytes: bytes.length, sha256: sha256(bytes) };
  });
  writeFileSync(join(folder, MANIFEST), JSON.stringify({ v: 1, createdAt: toIso(embedded.clock.nowMs()), files }));
  return { files: files.length, bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
}

/**
 * Checks every file of a backup against its hash, then puts it in the place of the home. What was there is renamed, never
 * deleted. Throws AppError(conflict) while a process has the home open and AppError(corrupt), with nothing changed, when a file is missing or differs.
 */
export function restore(folder: string, home: string): BackupReport & { keptAs: string | null } {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) throw new AppError('bad_input', `${folder} is no whole backup: it has no ${MANIFEST}`);
  const { files } = parseManifest(path);
  if (isStateFileInUse(statePath(home)))
    throw new AppError('conflict', `${home} is in use; stop the product and its runs first, then restore again`);
  const staging = `${home}.restoring-${process.pid}`;
  mkdirSync(staging, { recursive: true, mode: 0o700 });
  try {
    for (const file of files) {
      const source = join(folder, file.path);
      const bytes = existsSync(source) ? readFileSync(source) : undefined;
      if (bytes === undefined || sha256(bytes) !== file.sha256) {
        throw new AppError(
          'corrupt',
          `${file.path} of the backup is ${bytes === undefined ? 'missing' : 'damaged'}; nothing was restored: use another backup`,
        );
      }
      const target = join(staging, file.path);
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
      writeFileSync(target, bytes);
      if (file.path.startsWith('secrets/')) chmodSync(target, 0o600);
    }
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
  const keptAs = existsSync(home) ? freeName(`${home}.before-restore`) : null;
  if (keptAs !== null) renameSync(home, keptAs);
  renameSync(staging, home);
  return { files: files.length, bytes: files.reduce((sum, file) => sum + file.bytes, 0), keptAs };
}

function parseManifest(path: string): z.infer<typeof Manifest> {
  try {
    return Manifest.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new AppError('corrupt', `${path} does not have its shape; use another backup`, { cause });
  }
}

function freeName(base: string): string {
  for (let n = 1; ; n++) if (!existsSync(`${base}-${n}`)) return `${base}-${n}`;
}

function filesUnder(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
