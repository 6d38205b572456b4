import { existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { AppError, isAppError } from '@aion/core';
import { changedSince, Kill, type KillFile } from '@aion/trading';
import { makeOwnFile, syncFolderOf } from '../plumbing/durable-file.ts';
import { withStorageErrors } from './storage-error.ts';
import { whenFree } from './when-free.ts';

/** A kill waits no longer than this for another connection to its file. */
const WITHIN_MS = 2000;
/** The journal keeps its place on the disk, so that a change needs no new space; a reader takes it in without a folder that can be written. */
const OPENED = 'PRAGMA busy_timeout = 0; PRAGMA journal_mode = PERSIST; PRAGMA synchronous = EXTRA;';
const SCHEMA = `
  CREATE TABLE home (id TEXT NOT NULL) STRICT;
  CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    active INTEGER NOT NULL CHECK (active IN (0, 1)), reason TEXT, set_by TEXT, at_ms INTEGER
  ) STRICT;`;

export interface OpenKillFile extends KillFile {
  close(): void;
}

/**
 * Writes a new kill file that belongs to a home, with what was set so far (oldest first, at least one change). It appears at
 * once and whole. Returns false, with nothing changed, where there is one already.
 *
 * @example createKillFile('/data/aion/kill.db', homeId, [{ active: false, reason: null, by: null, atMs: null }]) // true: it is new
 */
export function createKillFile(path: string, homeId: string, history: readonly Kill[]): boolean {
  if (history.length === 0) throw new Error('a kill file begins with a state');
  const making = `${path}.${randomUUID()}`;
  try {
    makeOwnFile(making);
    withStorageErrors(making, () => {
      const db = new DatabaseSync(making);
      try {
        db.exec(`PRAGMA synchronous = EXTRA; BEGIN IMMEDIATE; ${SCHEMA}`);
        db.prepare('INSERT INTO home VALUES (?)').run(homeId);
        for (const kill of history) insert(db, kill);
        db.exec('COMMIT');
      } finally {
        db.close();
      }
    });
    // A link and no rename: of two that make it at once the first wins, and no change of its is lost.
    linkSync(making, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(making, { force: true });
  }
  syncFolderOf(path);
  return true;
}

/**
 * The id of the home that a kill file belongs to. Throws AppError when it cannot be read.
 *
 * @example if (homeOfKillFile('/data/aion/kill.db') !== homeId) throw new AppError('conflict', 'this switch is of another home');
 */
export function homeOfKillFile(path: string): string {
  return withTables(path, () =>
    withStorageErrors(path, () => {
      const db = new DatabaseSync(path, { readOnly: true });
      try {
        return String(db.prepare('SELECT id FROM home').get()?.['id']);
      } finally {
        db.close();
      }
    }),
  );
}

/** Keeps every other process from changing a kill file until it is released: what was read in between is the last word. */
export function holdKillFile(path: string): { release(): void } {
  const db = withStorageErrors(path, () => new DatabaseSync(path));
  try {
    withStorageErrors(path, () => db.exec('PRAGMA busy_timeout = 2000; BEGIN IMMEDIATE'));
  } catch (error) {
    db.close();
    throw error;
  }
  return {
    release() {
      db.exec('ROLLBACK');
      db.close();
    },
  };
}

/**
 * The switch of one home in an SQLite file of its own: whoever holds the lock of the state file does not hold this one. Each
 * change is a row, the newest counts. A file that is missing, damaged or of another home is an error and never "off".
 *
 * A change makes the file where it is missing, since the home says whose it is. `reservePath` names a file that only holds
 * space: on a full disk it gives way to the change.
 *
 * @example const { active, reason } = await makeKillFile('/data/aion/kill.db', homeId, '/data/aion/reserve').read();
 */
export function makeKillFile(
  path: string,
  homeId: string,
  reservePath: string,
  { withinMs = WITHIN_MS } = {},
): OpenKillFile {
  let open: { readonly db: DatabaseSync; readonly file: number } | undefined;
  const close = (): void => {
    open?.db.close();
    open = undefined;
  };
  const fileNow = (): number => statSync(path, { throwIfNoEntry: false })?.ino ?? 0;

  /** The connection to the file that has the name now: a restore puts another in its place. */
  const current = (): DatabaseSync => {
    const file = fileNow();
    if (open !== undefined && open.file === file) return open.db;
    close();
    if (!existsSync(path)) {
      throw new AppError(
        'missing_data',
        `the kill switch has no file at ${path}; look what happened to the home, then set it by \`aion kill on|off --reason "…"\``,
      );
    }
    const db = new DatabaseSync(path);
    try {
      db.exec(OPENED);
      const found = db.prepare('SELECT id FROM home').get()?.['id'];
      if (found !== homeId)
        throw new AppError(
          'corrupt',
          `${path} belongs to the home ${String(found)} and not to ${homeId}; put the file of this home back`,
        );
    } catch (error) {
      db.close();
      throw error;
    }
    open = { db, file };
    return db;
  };
  const rows = async (sql: string): Promise<Kill[]> =>
    whenFree(path, () => withTables(path, () => current().prepare(sql).all().map(toKill)), withinMs);
  const write = async (changes: readonly Kill[], after?: number): Promise<void> => {
    for (;;) {
      if (!existsSync(path) && createKillFile(path, homeId, changes)) return;
      const written = await whenFree(path, () => withTables(path, () => append(changes, after)), withinMs);
      // Written to a file that a restore had just put aside: the new one needs the change too.
      if (written === fileNow()) return;
    }
  };
  const append = (changes: readonly Kill[], after?: number): number | undefined => {
    const db = current();
    db.exec('BEGIN IMMEDIATE');
    try {
      if (after !== undefined && Number(db.prepare('SELECT max(seq) AS seq FROM changes').get()?.['seq']) !== after)
        throw changedSince();
      for (const kill of changes) insert(db, kill);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
    return open?.file;
  };
  /** Closes what turned out to be damaged, so that the file that is put back is looked at afresh. */
  const reopened = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (isAppError(error, 'corrupt')) close();
      throw error;
    }
  };
  const head = async (): Promise<{ kill: Kill; seq: number }> => {
    const [newest] = await reopened(() =>
      whenFree(
        path,
        () => withTables(path, () => current().prepare('SELECT * FROM changes ORDER BY seq DESC LIMIT 1').all()),
        withinMs,
      ),
    );
    if (newest === undefined)
      throw new AppError('corrupt', `${path} holds no state; restore a backup or set the switch anew`);
    return { kill: toKill(newest), seq: Number(newest['seq']) };
  };

  return {
    read: async () => (await head()).kill,
    head,
    async append(changes, after) {
      try {
        await reopened(() => write(changes, after));
      } catch (error) {
        const stops = changes.at(-1)?.active === true;
        if (isAppError(error, 'no_space') && existsSync(reservePath)) {
          rmSync(reservePath, { force: true });
          await write(changes, after);
        } else if (isAppError(error, 'corrupt') && stops) {
          // Kept beside, for whoever wants to know what happened to it.
          renameSync(path, freeName(`${path}.damaged`));
          await write(changes);
        } else if (isAppError(error, 'corrupt'))
          throw new AppError(
            'corrupt',
            `${error.message}. Turn the switch on first: that puts the damaged file aside; then it can be turned off`,
            { cause: error },
          );
        else throw error;
      }
    },
    history: () => reopened(() => rows('SELECT * FROM changes ORDER BY seq')),
    close,
  };
}

function freeName(base: string): string {
  for (let n = 1; ; n++) if (!existsSync(`${base}-${n}`)) return `${base}-${n}`;
}

function insert(db: DatabaseSync, kill: Kill): void {
  db.prepare('INSERT INTO changes (active, reason, set_by, at_ms) VALUES (?, ?, ?, ?)').run(
    kill.active ? 1 : 0,
    kill.reason,
    kill.by,
    kill.atMs,
  );
}

const toKill = (row: Record<string, unknown>): Kill =>
  Kill.parse({ active: row['active'] === 1, reason: row['reason'], by: row['set_by'], atMs: row['at_ms'] });

/** A file without the tables is no kill file, whatever SQLite calls it. */
function withTables<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && /no such table/.test(error.message))
      throw new AppError(
        'corrupt',
        `${path} is no kill file: it has no tables; restore a backup or set the switch anew`,
        { cause: error },
      );
    throw error;
  }
}
