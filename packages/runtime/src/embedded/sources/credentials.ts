import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@aion/core';
import type { Credentials } from '@aion/market/sources';
import { KEY_NAMES, parseSourceKeys } from '../../sources/source-keys.ts';

export const sourceKeysPath = (home: string): string => join(home, 'secrets', 'sources.json');

/**
 * Keys of the sources: the environment before `secrets/sources.json` of the home. Throws AppError(bad_input) for a file that others may read, or
 * that holds something else. Keys are no settings: nothing prints them.
 */
export function loadSourceKeys(environment: Readonly<Record<string, string | undefined>>, home: string): Credentials {
  const path = sourceKeysPath(home);
  const stored = existsSync(path) ? readKeyFile(path) : {};
  const keys: Record<string, string | undefined> = { ...stored };
  for (const name of KEY_NAMES) {
    const value = environment[name]?.trim();
    if (value !== undefined && value !== '') keys[name] = value;
  }
  return keys;
}

function readKeyFile(path: string): Credentials {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new AppError('bad_input', `${path} may be read by others; do \`chmod 600 ${path}\``);
  }
  return parseSourceKeys(readFileSync(path, 'utf8'), path);
}
