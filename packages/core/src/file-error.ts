import { AppError } from './errors.ts';

const WORDS: Readonly<Record<string, (path: string) => AppError>> = {
  ENOSPC: full,
  EDQUOT: full,
  EROFS: readOnly,
  EACCES: readOnly,
  EPERM: readOnly,
  EIO: (path) => new AppError('unavailable', `the disk fails under ${path}; look at its health, then try again`),
  EMFILE: () =>
    new AppError('unavailable', 'too many files are open; raise the limit (`ulimit -n`) and try again', {
      retryable: true,
    }),
};

/**
 * A failure of the file system that people meet (a full or read-only disk, too many open files) as an AppError for the operator that names
 * the path and the remedy, with the error itself as its cause. Any other error is returned as it is.
 *
 * @example toFileError(error, '/data/aion') // of ENOSPC: 'the disk that holds /data/aion is full; free some space and try again'
 */
export function toFileError(error: unknown, path?: string): unknown {
  const { code, path: named } = (error ?? {}) as { code?: unknown; path?: unknown };
  if (error instanceof AppError || typeof code !== 'string') return error;
  const found = WORDS[code]?.(path ?? (typeof named === 'string' ? named : 'the disk'));
  return found === undefined
    ? error
    : new AppError(found.code, found.message, { retryable: found.retryable, audience: 'operator', cause: error });
}

function full(path: string): AppError {
  return new AppError('no_space', `the disk that holds ${path} is full; free some space and try again`);
}

function readOnly(path: string): AppError {
  return new AppError(
    'unavailable',
    `${path} cannot be read or written by this user; look at its owner and rights and at whether its disk is mounted read-only`,
  );
}
