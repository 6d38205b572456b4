import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, isAppError } from '@aion/core';

/** Primary result codes of SQLite (sqlite.org/rescode.html); an extended code holds its primary one in the low byte. */
const BUSY = 5;
const LOCKED = 6;
const IO_FAILED = 10;
const FULL = 13;
const NOT_OPENED = 14;
/** SQLite needs some pages to open a file; below that its failures are the disk's. */
const LEAST_FREE_BYTES = 128 * 1024;

const CODES: Readonly<Record<number, (path: string) => AppError>> = {
  3: refusedByRights,
  8: refusedByRights,
  [IO_FAILED]: (path) =>
    new AppError('unavailable', `the disk fails under ${path}; look at its health, then try again`),
  11: damaged,
  [FULL]: (path) =>
    new AppError('no_space', `the disk that holds ${path} is full; free some space and try again, nothing was changed`),
  [NOT_OPENED]: (path) =>
    new AppError('unavailable', `${path} cannot be opened; look at the owner and the rights of its folder`),
  26: damaged,
};

function refusedByRights(path: string): AppError {
  return new AppError(
    'unavailable',
    `${path} cannot be written: the file or its folder is read-only for this user; give the rights back`,
  );
}

function damaged(path: string): AppError {
  return new AppError(
    'corrupt',
    `${path} is damaged and is no sound database; put a backup in its place with \`aion restore\``,
  );
}

/** On a full disk SQLite says "full" of its pages, but "I/O error" or "cannot open" of the files beside them. */
function meansFull(code: number, path: string): boolean {
  if (code !== IO_FAILED && code !== NOT_OPENED) return false;
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < LEAST_FREE_BYTES;
  } catch (error) {
    // The folder is gone: then that is what the first error says.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

const codeOf = (error: unknown): number | undefined => {
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
};

/** Whether another connection holds the lock that this statement needs. */
export const isBusy = (error: unknown): boolean => codeOf(error) === BUSY || codeOf(error) === LOCKED;

/** An error of SQLite in words that name the file and the remedy, with the error itself as its cause. Any other error stays as it is. */
export function toStorageError(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (isAppError(error) || code === undefined) return error;
  if (isBusy(error)) return busyError(path, error);
  const known = CODES[meansFull(code, path) ? FULL : code]?.(path);
  if (known === undefined) return error;
  return new AppError(known.code, known.message, { cause: error, context: { path } });
}

/** The error for a file that another process holds longer than we wait: retryable, and it names the file. */
export const busyError = (path: string, cause: unknown): AppError =>
  new AppError('unavailable', `another process holds ${path}; try again in a moment`, {
    retryable: true,
    cause,
    context: { path },
  });

/** Runs `work`; an error of SQLite leaves it in words that name the file and the remedy. */
export function withStorageErrors<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toStorageError(error, path);
  }
}
