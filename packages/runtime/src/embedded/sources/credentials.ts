import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@aion/core';
import { type Credentials, SOURCES } from '@aion/market/sources';
import { z } from 'zod';

/** Every key that a source may need, by the name of its environment variable. */
const KEY_NAMES: readonly string[] = [...new Set(SOURCES.flatMap(({ needs }) => needs))].sort();
const KeyFile = z.partialRecord(z.enum(KEY_NAMES as [string, ...string[]]), z.string().min(1).max(4096));

export const sourceKeysPath = (home: string): string => join(home, 'secrets', 'sources.json');

/**
 * Keys of the sources: the environment before `secrets/sources.json` of the home. Throws AppError(bad_input) for a file that others may read, or
 * that holds something else. Keys are no settings: nothing prints them.
 */
export function loadSourceKeys(environment: Readonly<Record<string, string | undefined>>, home: string): Credentials {
  const path = sourceKeysPath(home);
  const stored = existsSync(path) ? readKeyFile(path) : {};
  const keys: Record<string, string> = { ...stored };
  for (const name of KEY_NAMES) {
    const value = environment[name]?.trim();
    if (value !== undefined && value !== '') keys[name] = value;
  }
  return keys;
}

function readKeyFile(path: string): Record<string, string> {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new AppError('bad_input', `${path} may be read by others; do \`chmod 600 ${path}\``);
  }
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // The parser quotes the text, which holds keys.
    throw new AppError('bad_input', `${path} is not JSON; it holds an object such as {"FRED_API_KEY": "…"}`);
  }
  const parsed = KeyFile.safeParse(json);
  if (parsed.success)
    return Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >;
  const wrong = parsed.error.issues.map((issue) =>
    'keys' in issue ? (issue.keys as string[]).join(', ') : issue.path.join('.'),
  );
  throw new AppError(
    'bad_input',
    `${path}: ${wrong.join(', ')} cannot be used; known are ${KEY_NAMES.join(', ')}, each with a text`,
  );
}
