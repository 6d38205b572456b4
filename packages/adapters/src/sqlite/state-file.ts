import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError, isAppError } from '@aion/core';
import { makeOwnFile } from '../plumbing/durable-file.ts';
import { latestVersion, migrations, type Migration } from './migrations.ts';
import { isBusy, toStorageError, withStorageErrors } from './storage-error.ts';
import { whenFree } from './when-free.ts';

export interface StateFile {
  readonly db: DatabaseSync;
  readonly path: string;
  /** Runs `work` in one BEGIN IMMEDIATE transaction; rolls back when it throws. Fails at once while another process writes. */
  transaction<T>(work: () => T): T;
  /** The same, waiting for other writers without stopping this process. Throws AppError(unavailable, retryable) after five seconds. */
  write<T>(work: () => T): Promise<T>;
  /** Runs a read or a single statement, waiting in the same way. */
  whenFree<T>(work: () => T): Promise<T>;
  close(): void;
}

/** Opening may migrate, which other processes wait for; afterwards SQLite's own waiting would stop the whole process. */
const OPENING_WAIT_MS = 5000;
const WAIT_MS = 10;

/**
 * Opens the SQLite state file in WAL mode and brings it up to date. Before a migration of an existing file a copy is
 * written beside it (`<file>.before-v<N>`). A file of a newer version is refused: nothing in it is touched.
 *
 * @example const state = openStateFile('/data/aion/state.db'); // state.close() lets go of it
 */
export function openStateFile(path: string, steps: readonly Migration[] = migrations): StateFile {
  // SQLite's name for none: nothing of it lies on the disk, and least of all a file that is called so.
  const inMemory = path === ':memory:';
  const existed = !inMemory && existsSync(path);
  if (!inMemory) mkdirSync(dirname(path), { recursive: true });
  if (!inMemory && !existed) makeOwnFile(path);
  const db = withStorageErrors(path, () => new DatabaseSync(path));
  const transaction = <T>(work: () => T): T => {
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite has rolled back by itself after a full disk and the like; saying it again would hide why.
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  };
  try {
    db.exec(
      `PRAGMA busy_timeout = ${OPENING_WAIT_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;`,
    );
    migrate(db, path, existed, steps, transaction);
    db.exec(`PRAGMA busy_timeout = ${WAIT_MS}`);
  } catch (error) {
    db.close();
    throw toStorageError(error, path);
  }
  return {
    db,
    path,
    transaction: (work) => withStorageErrors(path, () => transaction(work)),
    write: (work) => whenFree(path, () => transaction(work)),
    whenFree: (work) => whenFree(path, work),
    close: () => db.close(),
  };
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

/** Whether any process has the state file open. */
export function isStateFileInUse(path: string): boolean {
  const held = holdStateFile(path);
  held?.release();
  return held === undefined;
}

export interface HeldState {
  /** What is held, to be read; undefined where there is nothing sound. */
  readonly db?: DatabaseSync;
  /** What is wrong with the file that is there: it may know what nobody can read any more. */
  readonly problem?: AppError;
  release(): void;
}

/**
 * Takes the state file for this process alone, so that nobody opens it until it is released; undefined while anybody has it open.
 * A file that is missing is in nobody's use; a damaged one is taken as far as it lets itself be.
 */
export function holdStateFile(path: string): HeldState | undefined {
  if (!existsSync(path)) return { release: () => undefined };
  const db = withStorageErrors(path, () => new DatabaseSync(path));
  try {
    // SQLite leaves the write-ahead log only when nobody else has the file open; opening it again brings it back.
    db.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE;');
  } catch (error) {
    const problem = toStorageError(error, path);
    if (isAppError(problem, 'corrupt')) return holdDamaged(db, problem);
    db.close();
    if (isBusy(error)) return undefined;
    throw problem;
  }
  return { db, release: () => releaseHeld(db) };
}

/** This lock asks for no table: a process that has opened the file before it was damaged still refuses it. */
function holdDamaged(db: DatabaseSync, problem: AppError): HeldState | undefined {
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    // Without a header there is nothing to lock, and nobody could have opened it.
    return isBusy(error) ? undefined : { problem, release: () => undefined };
  }
  return { problem, release: () => releaseHeld(db) };
}

function releaseHeld(db: DatabaseSync): void {
  db.exec('ROLLBACK');
  db.close();
}

/** The home that a state file belongs to; undefined for a file from before homes had ids. Throws AppError(corrupt) for a damaged file. */
export function homeOfState({ db, path }: Pick<StateFile, 'db' | 'path'>): string | undefined {
  const row = withStorageErrors(path, () => db.prepare('SELECT id FROM home').get());
  return row === undefined ? undefined : String(row['id']);
}

/**
 * Writes the home's id into a state file that has none yet; returns the id that it has then. It is part of opening: others that do the same
 * are waited for.
 *
 * @example const homeId = claimState(openStateFile('/data/aion/state.db'), randomUUID()); // the id of whoever came first
 */
export function claimState(file: StateFile, id: string): string {
  file.db.exec(`PRAGMA busy_timeout = ${OPENING_WAIT_MS}`);
  try {
    return file.transaction(() => {
      file.db.prepare('INSERT OR IGNORE INTO home VALUES (1, ?)').run(id);
      return homeOfState(file) ?? id;
    });
  } finally {
    file.db.exec(`PRAGMA busy_timeout = ${WAIT_MS}`);
  }
}

/** Whether a file is there that a program once wrote its tables into. Throws AppError for one that is damaged. */
export function isStateInitialised(path: string): boolean {
  if (!existsSync(path)) return false;
  return withStorageErrors(path, () => {
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      // Another process may be making it.
      db.exec(`PRAGMA busy_timeout = ${OPENING_WAIT_MS}`);
      return hasTables(db);
    } finally {
      db.close();
    }
  });
}

/** Whether the program once wrote its tables into an open state file; an empty file has none. */
export const hasTables = (db: DatabaseSync): boolean => readVersion(db) > 0;

function readVersion(db: DatabaseSync): number {
  const row = db.prepare('PRAGMA user_version').get();
  return Number(row?.['user_version'] ?? 0);
}
