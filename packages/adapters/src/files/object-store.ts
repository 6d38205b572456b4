import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, toFileError, type ObjectStore } from '@aion/core';

const KEY = /^[a-zA-Z0-9][a-zA-Z0-9=_.-]*(\/[a-zA-Z0-9][a-zA-Z0-9=_.-]*)*$/;
const HASH_IN_KEY = /(?:^|\/)([0-9a-f]{64})(?:\.[a-z0-9.]+)?$/;

/**
 * The ObjectStore port on a folder. A write lands under a temporary name, is synced, then renamed: whole or absent.
 *
 * @example
 * const objects = makeFileObjectStore('/data/aion/objects');
 * const { key } = await objects.put('charts', bytes, '.json'); // charts/<sha256>.json
 */
export function makeFileObjectStore(root: string): ObjectStore {
  const pathOf = (key: string): string => {
    if (!KEY.test(key) || key.includes('..')) throw new AppError('bad_input', `"${key}" is no object key`);
    return join(root, key);
  };
  return {
    async put(prefix, bytes, ending = '') {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const key = `${prefix}/${sha256}${ending}`;
      const path = pathOf(key);
      if (!existsSync(path)) await writeWhole(path, bytes);
      return { key, sha256, bytes: bytes.byteLength };
    },
    async get(key) {
      const bytes = await read(pathOf(key), key);
      const expected = HASH_IN_KEY.exec(key)?.[1];
      const found = createHash('sha256').update(bytes).digest('hex');
      if (expected !== undefined && found !== expected) {
        throw new AppError(
          'corrupt',
          `object ${key} has the hash ${found}: the file was damaged; restore it from a backup`,
        );
      }
      return bytes;
    },
    async getRange(key, start, end) {
      const handle = await open(pathOf(key)).catch((cause: unknown) => {
        throw notFound(key, cause);
      });
      try {
        const buffer = new Uint8Array(end - start);
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
    async has(key) {
      return existsSync(pathOf(key));
    },
    async list(prefix, limit = 1000) {
      const folder = prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : '';
      const start = join(root, folder);
      if (!existsSync(start)) return [];
      const entries = await readdir(start, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
        .filter((key) => key.startsWith(prefix))
        .sort()
        .slice(0, limit);
    },
    async delete(key) {
      await rm(pathOf(key), { force: true });
    },
  };
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.part`);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw toFileError(error, path);
  }
}

async function read(path: string, key: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'ENOENT' ? notFound(key, cause) : toFileError(cause, path);
  }
}

function notFound(key: string, cause: unknown): AppError {
  return new AppError(
    'not_found',
    `object ${key} is not in the store; restore it from a backup or run the stage again`,
    {
      cause,
      context: { key },
    },
  );
}
