import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { AppError, type ObjectStore } from '@aion/core';
import { TryAgain, withRetry, type RetryOptions } from './retry.ts';

// The same rule as the file store's: a test holds the two together.
const KEY = /^[a-zA-Z0-9][a-zA-Z0-9=_.-]*(\/[a-zA-Z0-9][a-zA-Z0-9=_.-]*)*$/;
const HASH_IN_KEY = /(?:^|\/)([0-9a-f]{64})(?:\.[a-z0-9.]+)?$/;
const PART_BYTES = 8 * 1024 * 1024;

/**
 * The ObjectStore port on S3. Every upload carries its SHA-256, which S3 checks; what is above 8 MB goes in parts. An object
 * that is there is never written again (`If-None-Match: *`): its name is its content.
 */
export function makeS3ObjectStore(options: {
  client: S3Client;
  bucket: string;
  /** How an upload that met another one of the same object is tried again. */
  retry?: RetryOptions;
}): ObjectStore {
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

  /** Sends until the object is there: by this writer, or by another of the same bytes. */
  const store = (what: string, key: string, send: () => Promise<unknown>): Promise<void> =>
    withRetry(
      `S3 ${what} of ${key}`,
      async () => {
        try {
          await send();
        } catch (error) {
          if (isThereAlready(error)) return;
          if (!isConflict(error)) throw failed(what, key, error);
          // Another request for this key got in the way. It may have stored the object, or given up: S3 asks to look and try again.
          if (!(await has(key))) throw new TryAgain('ConditionalRequestConflict', { cause: error });
        }
      },
      options.retry,
    );

  return {
    async put(prefix, bytes, ending = '') {
      const digest = createHash('sha256').update(bytes).digest();
      const sha256 = digest.toString('hex');
      const key = `${prefix}/${sha256}${ending}`;
      const ref = { key, sha256, bytes: bytes.byteLength };
      const target = { ...at(key), Body: bytes, IfNoneMatch: '*' };
      if (bytes.byteLength > PART_BYTES) {
        // Parts would be sent before S3 could say that the object is there.
        if (!(await has(key))) await store('multipart upload', key, () => putInParts(client, target));
        return ref;
      }
      await store('PutObject', key, () =>
        client.send(new PutObjectCommand({ ...target, ChecksumSHA256: digest.toString('base64') })),
      );
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

/** Two parts at a time; a failed upload is aborted, so that no paid-for parts stay behind. */
function putInParts(client: S3Client, target: PutObjectCommandInput): Promise<unknown> {
  return new Upload({
    client,
    params: { ...target, ChecksumAlgorithm: 'SHA256' },
    partSize: PART_BYTES,
    queueSize: 2,
    leavePartsOnError: false,
  }).done();
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function isAbsent(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes(nameOf(error));
}

/** 412: an object of this name is there, and its name is its content. */
function isThereAlready(error: unknown): boolean {
  return nameOf(error) === 'PreconditionFailed' || statusOf(error) === 412;
}

/** 409: another request for the same key is under way; whether it will succeed nobody knows yet. */
function isConflict(error: unknown): boolean {
  return nameOf(error) === 'ConditionalRequestConflict' || statusOf(error) === 409;
}

function statusOf(error: unknown): number {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
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
  const status = statusOf(error);
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
