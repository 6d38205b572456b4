import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { AppError, toIso } from '@aion/core';
import type { Embedded } from '../compose-embedded.ts';
import { BACKUP_MANIFEST, keyFor, signManifest, type BackupFile } from './backup-manifest.ts';
import { configPath, objectsPath, secretsPath } from './home-paths.ts';
import { keepOperatorKey } from './operator-key.ts';

export interface BackupReport {
  readonly files: number;
  readonly bytes: number;
  readonly encrypted: boolean;
  /** Where the operator's key lies, when this backup made it: without it the backup counts as unsigned. */
  readonly madeKey: string | null;
}

/**
 * Copies the state to a new folder: the state file by SQLite's own snapshot first, then the objects. An object is written
 * before an item points to it, so the copied state points to nothing that the copy lacks. The manifest, signed with the
 * operator's key, comes last. The kill switch goes with the state file; what a restore makes of it is `joinKills`.
 */
export async function backUp(
  embedded: Embedded,
  folder: string,
  options: { readonly encrypt?: boolean } = {},
): Promise<BackupReport> {
  if (existsSync(folder)) throw new AppError('conflict', `${folder} exists already; give a folder that does not`);
  const { home } = embedded.loaded;
  const keyPath = embedded.loaded.backupKeyFile;
  const { key, made } = keepOperatorKey(keyPath, home);
  await embedded.kill.reconcile();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const salt = options.encrypt === true ? randomBytes(16).toString('hex') : null;
  const seal = salt === null ? (bytes: Buffer) => bytes : makeSeal(keyFor(key, 'encrypt', salt));
  const files: BackupFile[] = [];
  const store = (name: string, bytes: Buffer): void => {
    const sealed = seal(bytes);
    const target = join(folder, name);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    writeFileSync(target, sealed, { mode: 0o600 });
    files.push({ path: name, bytes: sealed.length, sha256: createHash('sha256').update(sealed).digest('hex') });
  };
  const snapshot = join(folder, 'state.db.copy');
  await embedded.state.whenFree(() => embedded.state.db.prepare('VACUUM INTO ?').run(snapshot));
  store('state.db', readFileSync(snapshot));
  rmSync(snapshot);
  for (const root of [objectsPath(home), secretsPath(home)])
    for (const path of filesUnder(root)) store(relative(home, path).split(sep).join('/'), readFileSync(path));
  if (existsSync(configPath(home))) store('config.json', readFileSync(configPath(home)));
  const createdAt = toIso(embedded.clock.nowMs());
  const manifest = signManifest({ v: 2, createdAt, homeId: embedded.homeId, salt, files }, key);
  writeFileSync(join(folder, BACKUP_MANIFEST), JSON.stringify(manifest), { mode: 0o600 });
  return {
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    encrypted: salt !== null,
    madeKey: made ? keyPath : null,
  };
}

/** AES-256-GCM: nonce, ciphertext, tag. */
function makeSeal(key: Buffer): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  };
}

function filesUnder(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).isFile())
    .sort();
}
