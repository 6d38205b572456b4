import { chmodSync, existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { configPath, killPath, markerPath, secretsPath, statePath } from './home-paths.ts';

const OTHERS = 0o077;
/** Windows has no such modes: a folder under the user's profile is closed by its own rules there. */
const HAS_MODES = process.platform !== 'win32';

/** What of a home others than its owner may read: the folder itself, its state, its secrets, its configuration. */
export function openToOthers(home: string): readonly string[] {
  return HAS_MODES ? guarded(home).filter((path) => ((modeOf(path) ?? 0) & OTHERS) !== 0) : [];
}

/** Takes from a home, and from what matters in it, every right of others than its owner. Returns what they had. Throws what the system says when it may not. */
export function closeToOthers(home: string): readonly string[] {
  const open = openToOthers(home);
  for (const path of open) {
    try {
      chmodSync(path, (modeOf(path) ?? 0o600) & ~OTHERS);
    } catch (error) {
      // SQLite takes its files beside the state away when the last process closes it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return open;
}

/** The mode of a file or folder; undefined for one that is gone, and for a link, whose own mode says nothing. */
function modeOf(path: string): number | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found === undefined || found.isSymbolicLink() ? undefined : found.mode & 0o777;
}

function guarded(home: string): string[] {
  const secrets = secretsPath(home);
  const state = statePath(home);
  return [
    // Where a link leads to is what others could read.
    ...(existsSync(home) ? [realpathSync(home)] : []),
    state,
    `${state}-wal`,
    `${state}-shm`,
    killPath(home),
    markerPath(home),
    configPath(home),
    secrets,
    ...(existsSync(secrets) ? readdirSync(secrets).map((name) => join(secrets, name)) : []),
  ];
}
