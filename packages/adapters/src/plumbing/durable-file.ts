import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Puts the names of a folder on the disk: without it a rename may be lost with the power. */
export function syncFolderOf(path: string): void {
  // Windows opens no folders; its renames are journalled.
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Puts the content of every file under a folder on the disk, and the names too. */
export function syncTree(root: string): void {
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const path = join(root, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncFile(path);
  }
  syncFolderOf(join(root, '.'));
}

function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Writes a small file that is there whole or not at all, readable by its owner alone. */
export function writeWholeFile(path: string, content: string | Uint8Array): void {
  withPart(path, content, (part) => renameSync(part, path));
  syncFolderOf(path);
}

/** `writeWholeFile` where there is no such file yet; returns false, with nothing changed, where there is one. */
export function createWholeFile(path: string, content: string | Uint8Array): boolean {
  try {
    // A link and no rename: of two that make it at once the first wins.
    withPart(path, content, (part) => linkSync(part, path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  syncFolderOf(path);
  return true;
}

/** Makes an empty file that its owner alone may read, for whoever would open it with wider rights; one that is there stays as it is. */
export function makeOwnFile(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
}

/** Writes the content to the disk under a name beside `path`, which is gone afterwards: `place` gives it its own. */
function withPart(path: string, content: string | Uint8Array, place: (part: string) => void): void {
  const part = join(dirname(path), `.${randomBytes(8).toString('hex')}.part`);
  try {
    const file = openSync(part, 'wx', 0o600);
    try {
      const bytes = Buffer.from(content);
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    place(part);
  } finally {
    rmSync(part, { force: true });
  }
}

const PART = /^\.[0-9a-f]{16}\.part$/;

/** Removes what writes that were cut off left under a folder, once it is older than `ageMs`. Returns how many. */
export function removeStaleParts(root: string, nowMs: number, ageMs: number): number {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const stale = entries
    .filter((entry) => entry.isFile() && PART.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => nowMs - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? nowMs) >= ageMs);
  for (const path of stale) rmSync(path, { force: true });
  return stale.length;
}
