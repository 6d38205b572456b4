import { AppError } from '../../src/errors.ts';
import { sha256Hex } from '../../src/hash.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';

/** An ObjectStore for tests, in memory, under the port's contract. `held` is what it holds, by key. */
export interface MemoryObjectStore extends ObjectStore {
  readonly held: Map<string, Uint8Array>;
}

const KEY = /^[\w=.-]+(\/[\w=.-]+)*$/;
const HASH = /(?:^|\/)([0-9a-f]{64})(?:\.[a-z0-9.]+)?$/;

export function makeMemoryObjectStore(): MemoryObjectStore {
  const held = new Map<string, Uint8Array>();
  const checked = (key: string): string => {
    if (!KEY.test(key) || key.includes('..')) throw new AppError('bad_input', `"${key}" is no object key`);
    return key;
  };
  const read = (key: string): Uint8Array => {
    const bytes = held.get(checked(key));
    if (bytes === undefined) throw new AppError('not_found', `no object ${key}`);
    return bytes;
  };
  return {
    held,
    async put(prefix, bytes, ending = '') {
      const sha256 = sha256Hex(bytes);
      const key = checked(`${prefix}/${sha256}${ending}`);
      if (!held.has(key)) held.set(key, bytes.slice());
      return { key, sha256, bytes: bytes.length };
    },
    async get(key) {
      const bytes = read(key);
      const expected = HASH.exec(key)?.[1];
      if (expected !== undefined && sha256Hex(bytes) !== expected)
        throw new AppError('corrupt', `object ${key} was damaged`);
      return bytes.slice();
    },
    getRange: async (key, start, end) => read(key).slice(start, end),
    has: async (key) => held.has(checked(key)),
    list: async (prefix, limit = 1000) =>
      [...held.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort()
        .slice(0, limit),
    async delete(key) {
      held.delete(checked(key));
    },
  };
}
