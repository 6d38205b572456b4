import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '@aion/core';
import { latestVersion, migrations, type Migration } from './migrations.ts';

export interface StateFile {
  readonly db: DatabaseSync;
  readonly path: string;
  /** Runs `work` in one BEGIN IMMEDIATE transaction; rolls back when it throws. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens the SQLite state file in WAL mode and brings it up to date. Before a migration of an existing file a copy is
 * written beside it (`<file>.before-v<N>`). A file of a newer version is refused: nothing in it is touched.
 */
export function openStateFile(path: string, steps: readonly Migration[] = migrations): StateFile {
  const existed = existsSync(path);
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path);
  db.exec(
    'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;',
  );
  const transaction = <T>(work: () => T): T => {
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  };
  try {
    migrate(db, path, existed, steps, transaction);
  } catch (error) {
    db.close();
    throw error;
  }
  return { db, path, transaction, close: () => db.close() };
}

function migrate(
  db: DatabaseSync,
  path: string,
  existed: boolean,
  steps: readonly Migration[],
  transaction: <T>(work: () => T) => T,
): void {
  const target = steps.at(-1)?.version ?? latestVersion;
  const found = readVersion(db);
  if (found > target) {
    throw new AppError(
      'corrupt',
      `the state file has schema version ${found}, this program knows up to ${target}; it was written by a newer version: update the program or restore a backup`,
      { context: { found, target } },
    );
  }
  if (found === target) return;
  if (existed && found > 0) {
    const copy = `${path}.before-v${target}`;
    if (!existsSync(copy)) db.prepare('VACUUM INTO ?').run(copy);
  }
  for (const step of steps) {
    transaction(() => {
      // Another process may have migrated while this one waited for the lock.
      if (readVersion(db) >= step.version) return;
      db.exec(step.sql);
      db.exec(`PRAGMA user_version = ${step.version}`);
    });
  }
}

const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

/** Whether any process has the state file open. A file that is damaged beyond opening is in nobody's use. */
export function isStateFileInUse(path: string): boolean {
  if (!existsSync(path)) return false;
  const db = new DatabaseSync(path);
  try {
    // SQLite leaves the write-ahead log only when nobody else has the file open; opening it again brings it back.
    db.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE;');
    return false;
  } catch (error) {
    const { errcode } = error as { errcode?: number };
    if (errcode === SQLITE_BUSY) return true;
    if (errcode === SQLITE_NOTADB) return false;
    throw error;
  } finally {
    db.close();
  }
}

function readVersion(db: DatabaseSync): number {
  const row = db.prepare('PRAGMA user_version').get();
  return Number(row?.['user_version'] ?? 0);
}
