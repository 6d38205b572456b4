import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { AppError } from '@aion/core';

/** Refuses a body of more than `bytes` with 413, by its declared length or while it is read. */
export function limitBody(bytes: number): MiddlewareHandler {
  const size = bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MiB` : `${bytes / 1024} KiB`;
  return bodyLimit({
    maxSize: bytes,
    onError: () => {
      throw new AppError('too_large', `the body is larger than the ${size} that this route takes; send less at once`);
    },
  });
}
