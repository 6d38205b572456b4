import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { objectStoreContract } from '../../../core/test/contract-suites/object-store.ts';
import { createBucket, emulatorClients } from '../../../../test/aws/emulators.ts';
import { makeS3ObjectStore } from './s3-object-store.ts';

const { s3 } = emulatorClients();

objectStoreContract('S3', async () => {
  const bucket = await createBucket(s3);
  return {
    store: makeS3ObjectStore({ client: s3, bucket }),
    damage: async (key) => void (await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'damaged' }))),
  };
});

it('stores 9 MB in parts, reads it whole and by range, and stores it once', async () => {
  const bucket = await createBucket(s3);
  const store = makeS3ObjectStore({ client: s3, bucket });
  const bytes = Buffer.alloc(9 * 1024 * 1024, 'aion bytes that repeat, unevenly');
  const ref = await store.put('big', bytes, '.bin');
  const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: ref.key }));
  // An entity tag of parts ends in their number.
  expect(head.ETag).toMatch(/-2"$/);
  expect(Buffer.compare(await store.get(ref.key), bytes)).toBe(0);
  expect(await store.getRange(ref.key, 8_388_600, 8_388_620)).toEqual(
    new Uint8Array(bytes.subarray(8_388_600, 8_388_620)),
  );
  expect(await store.put('big', bytes, '.bin')).toEqual(ref);
  const again = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: ref.key }));
  expect(again.LastModified).toEqual(head.LastModified);
});

it('writes an object that is there no second time', async () => {
  const bucket = await createBucket(s3);
  const store = makeS3ObjectStore({ client: s3, bucket });
  const { key } = await store.put('x', Buffer.from('once'));
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'changed' }));
  await store.put('x', Buffer.from('once'));
  await expect(store.get(key)).rejects.toMatchObject({ code: 'corrupt' });
});

it('names a bucket that does not exist', async () => {
  const store = makeS3ObjectStore({ client: s3, bucket: 'aion-not-deployed' });
  await expect(store.put('x', Buffer.from('y'))).rejects.toMatchObject({ code: 'missing_data' });
});
