import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { AppError, type ObjectStore } from '@aion/core';

// The same rule as the file store's: a test holds the two together.
const KEY = /^[a-zA-Z0-9][a-zA-Z0-9=_.-]*(\/[a-zA-Z0-9][a-zA-Z0-9=_.-]*)*$/;
const HASH_IN_KEY = /(?:^|\/)([0-9a-f]{64})(?:\.[a-z0-9.]+)?$/;
const PART_BYTES = 8 * 1024 * 1024;

/**
 * The ObjectStore port on S3. Every upload carries its SHA-256, which S3 checks; what is above 8 MB goes in parts. An object
 * that is there is never written again (`If-None-Match: *`): its name is its content.
 */
export function makeS3ObjectStore(options: { client: S3Client; bucket: string }): ObjectStore {
  const { client, bucket: Bucket } = options;
  const at = (key: string): { Bucket: string; Key: string } => {
    if (!KEY.test(key) || key.includes('..')) throw new AppError('bad_input', `"${key}" is no object key`);
    return { Bucket, Key: key };
  };
  const has = async (key: string): Promise<boolean> => {
    try {
      await client.send(new HeadObjectCommand(at(key)));
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw failed('HeadObject', key, error);
    }
  };
  const read = async (key: string, Range?: string): Promise<Uint8Array> => {
    try {
      const { Body } = await client.send(
        new GetObjectCommand({ ...at(key), ...(Range === undefined ? {} : { Range }) }),
      );
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      if (isAbsent(error)) throw notFound(key, error);
      // A file read past its end gives no bytes; S3 calls the same an invalid range.
      if (nameOf(error) === 'InvalidRange') return new Uint8Array();
      throw failed('GetObject', key, error);
    }
  };

  return {
    async put(prefix, bytes, ending = '') {
      const digest = createHash('sha256').update(bytes).digest();
      const sha256 = digest.toString('hex');
      const key = `${prefix}/${sha256}${ending}`;
      const ref = { key, sha256, bytes: bytes.byteLength };
      if (bytes.byteLength > PART_BYTES) {
        // Parts would be sent before S3 could say that the object is there.
        if (!(await has(key))) await putInParts(client, at(key), bytes);
        return ref;
      }
      try {
        await client.send(
          new PutObjectCommand({
            ...at(key),
            Body: bytes,
            ChecksumSHA256: digest.toString('base64'),
            IfNoneMatch: '*',
          }),
        );
      } catch (error) {
        if (!isThereAlready(error)) throw failed('PutObject', key, error);
      }
      return ref;
    },
    async get(key) {
      const bytes = await read(key);
      const expected = HASH_IN_KEY.exec(key)?.[1];
      const found = createHash('sha256').update(bytes).digest('hex');
      if (expected !== undefined && found !== expected) {
        throw new AppError(
          'corrupt',
          `object ${key} has the hash ${found}: it was changed in the bucket; restore its earlier version`,
        );
      }
      return bytes;
    },
    async getRange(key, start, end) {
      at(key);
      if (end <= start) return new Uint8Array();
      return read(key, `bytes=${start}-${end - 1}`);
    },
    has,
    async list(prefix, limit = 1000) {
      const keys: string[] = [];
      let token: string | undefined;
      do {
        const page = await client
          .send(
            new ListObjectsV2Command({
              Bucket,
              Prefix: prefix,
              MaxKeys: Math.min(1000, limit - keys.length),
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          )
          .catch((error: unknown) => {
            throw failed('ListObjectsV2', prefix, error);
          });
        keys.push(...(page.Contents ?? []).map((object) => object.Key ?? ''));
        token = page.NextContinuationToken;
      } while (token !== undefined && keys.length < limit);
      return keys.slice(0, limit);
    },
    async delete(key) {
      await client.send(new DeleteObjectCommand(at(key))).catch((error: unknown) => {
        throw failed('DeleteObject', key, error);
      });
    },
  };
}

async function putInParts(client: S3Client, target: { Bucket: string; Key: string }, bytes: Uint8Array): Promise<void> {
  try {
    // Two parts at a time; a failed upload is aborted, so that no paid-for parts stay behind.
    await new Upload({
      client,
      params: { ...target, Body: bytes, ChecksumAlgorithm: 'SHA256', IfNoneMatch: '*' },
      partSize: PART_BYTES,
      queueSize: 2,
      leavePartsOnError: false,
    }).done();
  } catch (error) {
    if (!isThereAlready(error)) throw failed('multipart upload', target.Key, error);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function isAbsent(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes(nameOf(error));
}

/** 412: it is there. 409: another writer is storing the same bytes right now; both are the same content. */
function isThereAlready(error: unknown): boolean {
  return ['PreconditionFailed', 'ConditionalRequestConflict'].includes(nameOf(error));
}

function notFound(key: string, cause: unknown): AppError {
  return new AppError(
    'not_found',
    `object ${key} is not in the store; restore it from a backup or run the stage again`,
    { cause, context: { key } },
  );
}

function failed(what: string, key: string, error: unknown): unknown {
  if (error instanceof AppError) return error;
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  if (nameOf(error) === 'NoSuchBucket') {
    return new AppError(
      'missing_data',
      `S3 ${what}: the bucket does not exist; deploy the stage, or correct its name`,
      {
        cause: error,
      },
    );
  }
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new AppError('unavailable', `S3 ${what} of ${key} failed: ${detail}`, {
    retryable: status === 0 || status === 429 || status >= 500,
    cause: error,
  });
}
