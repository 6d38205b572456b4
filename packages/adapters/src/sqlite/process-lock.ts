import { DatabaseSync } from 'node:sqlite';
import { isBusy, toStorageError } from './storage-error.ts';

/**
 * Holds a name for this process until it ends, however it ends: the system gives SQLite's lock back with the process. Returns
 * undefined while another process holds it.
 */
export function takeProcessLock(path: string): { release(): void } | undefined {
  const db = new DatabaseSync(path);
  try {
    db.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (isBusy(error)) return undefined;
    throw toStorageError(error, path);
  }
  return {
    release() {
      db.exec('ROLLBACK');
      db.close();
    },
  };
}
