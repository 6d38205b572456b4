import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
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
  const verdicts: Record<string, number> = { bad_input: 0, not_found: 0 };
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: letters, maxLength: 12 }), async (key) => {
      const found = await verdict(s3, key);
      verdicts[found] = (verdicts[found] ?? 0) + 1;
      expect(found).toBe(await verdict(files, key));
    }),
    { numRuns: 1500 },
  );
  expect(Object.keys(verdicts).sort()).toEqual(['bad_input', 'not_found']);
  for (const [what, times] of Object.entries(verdicts)) expect(times, what).toBeGreaterThan(50);
});

/** What S3 answers to a write while another write of the same key is under way. */
const conflict = Object.assign(new Error('another request is under way'), {
  name: 'ConditionalRequestConflict',
  $metadata: { httpStatusCode: 409 },
});
const missing = Object.assign(new Error('none'), { name: 'NotFound', $metadata: { httpStatusCode: 404 } });

/** A bucket that answers 409 to so many of the writes that make an object, and where the other writer stores it or gives up. */
function contended(conflicts: number, theOther: 'stores it' | 'gives up') {
  const client = new S3Client({
    region: 'ap-south-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  const sent: string[] = [];
  let isThere = false;
  client.middlewareStack.add(
    (_next, context) => async () => {
      const name = (context.commandName ?? '').replace(/Command$/, '');
      sent.push(name);
      const answer = (output: object) => ({ response: {}, output: { $metadata: {}, ...output } }) as never;
      if (name === 'HeadObject') return isThere ? answer({}) : Promise.reject(missing);
      if (name === 'CreateMultipartUpload') return answer({ UploadId: 'u' });
      if (name === 'UploadPart') return answer({ ETag: 'e' });
      if (name !== 'PutObject' && name !== 'CompleteMultipartUpload') return answer({});
      if (conflicts-- > 0) {
        isThere = theOther === 'stores it';
        throw conflict;
      }
      isThere = true;
      return answer({ ETag: 'e' });
    },
    { step: 'initialize', name: 'contended' },
  );
  const store = makeS3ObjectStore({ client, bucket: 'b', retry: { sleep: async () => undefined } });
  return { store, sent, isThere: () => isThere };
}

it.each([
  ['one request', 10, 'PutObject'],
  ['parts', 9 * 1024 * 1024, 'CompleteMultipartUpload'],
])('an upload in %s that met another one is sent again until the object is there', async (_what, size, write) => {
  const bytes = Buffer.alloc(size, 'x');
  const twice = contended(2, 'gives up');
  await twice.store.put('x', bytes);
  expect(twice.isThere()).toBe(true);
  expect(twice.sent.filter((name) => name === write)).toHaveLength(3);

  const stored = contended(1, 'stores it');
  await stored.store.put('x', bytes);
  expect(stored.sent.filter((name) => name === write)).toHaveLength(1);

  const never = contended(99, 'gives up');
  await expect(never.store.put('x', bytes)).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  expect(never.sent.filter((name) => name === write)).toHaveLength(10);
});
