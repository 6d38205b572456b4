import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isAppError, type ObjectStore } from '@aion/core';
import { makeFileObjectStore } from '../files/object-store.ts';
import { makeS3ObjectStore } from './s3-object-store.ts';

const absent = Object.assign(new Error('absent'), { name: 'NoSuchKey' });
const client = { send: async () => Promise.reject(absent) } as unknown as S3Client;
const s3 = makeS3ObjectStore({ client, bucket: 'b' });
const files = makeFileObjectStore(mkdtempSync(join(tmpdir(), 'aion-keys-')));

/** `bad_input` for a refused key, `not_found` for a good one. */
async function verdict(store: ObjectStore, key: string): Promise<string> {
  const error: unknown = await store.get(key).catch((error: unknown) => error);
  return isAppError(error) ? error.code : 'other';
}

it('refuses the same keys as the file store', async () => {
  const letters = fc.constantFrom('a', 'Z', '0', '/', '.', '-', '_', '=', ' ', '\\', 'ü', '\n', '%');
  const verdicts = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: letters, maxLength: 12 }), async (key) => {
      const found = await verdict(s3, key);
      verdicts.add(found);
      expect(found).toBe(await verdict(files, key));
    }),
    { numRuns: 1500 },
  );
  expect([...verdicts].sort()).toEqual(['bad_input', 'not_found']);
});
