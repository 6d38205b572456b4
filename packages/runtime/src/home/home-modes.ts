import { chmodSync, existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { configPath, killPath, markerPath, secretsPath, statePath } from './home-paths.ts';

const OTHERS = 0o077;
/** Windows has no such modes: a folder under the user's profile is closed by its own rules there. */
const HAS_MODES = process.platform !== 'win32';

/** What of a home others than its owner may read: the folder itself, its state, its secrets, its configuration. */
export function openToOthers(home: string): readonly string[] {
  if (!HAS_MODES) return [];
  return guarded(home).filter((path) => (lstatSync(path).mode & OTHERS) !== 0);
}

/** Takes from a home, and from what matters in it, every right of others than its owner. Throws what the system says when it may not. */
export function closeToOthers(home: string): void {
  for (const path of openToOthers(home)) chmodSync(path, lstatSync(path).mode & 0o777 & ~OTHERS);
}

function guarded(home: string): string[] {
  const secrets = secretsPath(home);
  const state = statePath(home);
  return [
    home,
    state,
    `${state}-wal`,
    `${state}-shm`,
    killPath(home),
    markerPath(home),
    configPath(home),
    secrets,
    ...(existsSync(secrets) ? readdirSync(secrets).map((name) => join(secrets, name)) : []),
  ].filter((path) => existsSync(path) && !lstatSync(path).isSymbolicLink());
}
