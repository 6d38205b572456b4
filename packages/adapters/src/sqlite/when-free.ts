import { randomInt } from 'node:crypto';
import { busyError, isBusy, toStorageError } from './storage-error.ts';

const FIRST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 120;
/** What a caller waits for a lock of another process before it is told to try again. */
export const FREE_WITHIN_MS = 5000;

/**
 * Runs `work` when the lock that it needs is free: SQLite itself waits a moment only, since it would stop the whole process;
 * between the tries the process goes on with other work. The pauses grow and are drawn at random, so that two that wait do not
 * meet again. Throws AppError(unavailable, retryable) when the lock is not free in time.
 */
export async function whenFree<T>(path: string, work: () => T, withinMs = FREE_WITHIN_MS): Promise<T> {
  const startedMs = performance.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw toStorageError(error, path);
      if (performance.now() - startedMs >= withinMs) throw busyError(path, error);
    }
    await new Promise((resolve) => setTimeout(resolve, 1 + randomInt(pauseMs)));
  }
}
