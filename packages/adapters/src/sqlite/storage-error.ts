import { AppError, isAppError } from '@aion/core';

/** Primary result codes of SQLite (sqlite.org/rescode.html); an extended code holds its primary one in the low byte. */
const BUSY = 5;
const LOCKED = 6;
const CODES: Readonly<Record<number, (path: string) => AppError>> = {
  3: (path) => refusedByRights(path),
  8: (path) => refusedByRights(path),
  10: (path) =>
    new AppError('unavailable', `the disk fails under ${path}; look at its health and its space, then try again`),
  11: (path) => damaged(path),
  13: (path) =>
    new AppError('no_space', `the disk that holds ${path} is full; free some space and try again, nothing was changed`),
  14: (path) =>
    new AppError(
      'unavailable',
      `${path} cannot be opened; look at the owner and the rights of its folder, and its space`,
    ),
  26: (path) => damaged(path),
};

const refusedByRights = (path: string): AppError =>
  new AppError(
    'unavailable',
    `${path} cannot be written: the file or its folder is read-only for this user; give the rights back`,
  );
const damaged = (path: string): AppError =>
  new AppError(
    'corrupt',
    `${path} is damaged and is no sound database; put a backup in its place with \`aion restore\``,
  );

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
  const known = CODES[code]?.(path);
  if (known === undefined) return error;
  return new AppError(known.code, known.message, { cause: error, context: { path } });
}

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
