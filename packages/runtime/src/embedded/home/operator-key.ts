import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { createWholeFile } from '@aion/adapters/plumbing/durable-file';
import { AppError } from '@aion/core';

/** Where the key lies unless the setting `backupKeyFile` says otherwise: with the operator's own configuration, outside every home. */
export const defaultKeyPath = (environment: Readonly<Record<string, string | undefined>>): string =>
  join(environment['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'aion', 'backup.key');

/** The operator's key; undefined where none was made yet. Throws AppError(corrupt) for a file that is no key. */
export function readOperatorKey(path: string): Buffer | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new AppError('corrupt', `${path} is no key of backups (64 hex digits); put the right file back`);
  return Buffer.from(text, 'hex');
}

/**
 * The operator's key, made once. It signs backups and may encrypt them, so it must not lie in the home that they are of: whoever
 * can write there could forge them.
 */
export function keepOperatorKey(path: string, home: string): { readonly key: Buffer; readonly made: boolean } {
  const inside = relative(home, path);
  if (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside))
    throw new AppError(
      'bad_input',
      `the key of backups ${path} lies inside the home ${home}; name a file outside it (AION_BACKUP_KEY_FILE)`,
    );
  const found = readOperatorKey(path);
  if (found !== undefined) return { key: found, made: false };
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Of two that make it at once one wins, and that one says so.
  const made = createWholeFile(path, `${randomBytes(32).toString('hex')}\n`);
  return { key: readOperatorKey(path)!, made };
}
