import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAppError, makeFrozenClock } from '@aion/core';
import { makeSqliteItemTable } from './item-table.ts';
import { makeSqliteQueue } from './queue.ts';
import {
  claimState,
  homeOfState,
  isStateFileInUse,
  isStateInitialised,
  openStateFile,
  type StateFile,
} from './state-file.ts';
import { toStorageError } from './storage-error.ts';
import { sweepExpired } from './sweep-expired.ts';
import { whenFree } from './when-free.ts';

let folder: string;
let path: string;
let file: StateFile;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aion-storage-'));
  path = join(folder, 'state.db');
  file = openStateFile(path);
});
afterEach(() => {
  file.close();
  rmSync(folder, { recursive: true, force: true });
});
const item = { table: 'product', pk: 'A', sk: '1', v: 1, body: {} } as const;

describe('a state file that another process writes', () => {
  it('stops nobody: the process goes on while a write waits, and the write is done when it can be', async () => {
    const items = makeSqliteItemTable(file, makeFrozenClock(0));
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN IMMEDIATE');
    const turned = promisify(setImmediate);
    const [writing, sending] = [
      items.put(item),
      makeSqliteQueue(file, makeFrozenClock(0), 'q').send({ body: 'b', groupId: 'g', deduplicationId: 'd' }),
    ];
    expect(await items.get(item)).toBeUndefined();
    for (let turn = 0; turn < 20; turn++) await turned();
    holder.exec('ROLLBACK');
    holder.close();
    await Promise.all([writing, sending]);
    expect(await items.get(item)).toBeDefined();
  });

  it('is unavailable, to be tried again, when the lock is not given back in time', async () => {
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN IMMEDIATE');
    await expect(whenFree(path, () => file.transaction(() => undefined), 30)).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
      message: expect.stringContaining(path) as string,
    });
    holder.close();
  });
});

describe('a failure of SQLite', () => {
  it('on a full disk says so, rolls back whole, and leaves the file usable', async () => {
    const items = makeSqliteItemTable(file, makeFrozenClock(0));
    const pages = Number(file.db.prepare('PRAGMA page_count').get()?.['page_count']);
    file.db.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const big = { ...item, sk: 'big', body: { text: 'x'.repeat(100_000) } };
    await expect(
      items.transact([
        { kind: 'put', item },
        { kind: 'put', item: big },
      ]),
    ).rejects.toMatchObject({
      code: 'no_space',
      message: expect.stringMatching(/is full.*nothing was changed/) as string,
    });
    expect(await items.get(item)).toBeUndefined();
    file.db.exec('PRAGMA max_page_count = 100000');
    await items.put(big);
    expect(await items.get(big)).toBeDefined();
  });

  it('on a damaged file names it and the remedy', () => {
    file.close();
    const bytes = readFileSync(path);
    for (const [name, damaged] of [
      ['no database', Buffer.from('y'.repeat(8192))],
      ['pages overwritten', Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(bytes.length - 100, 0x5a)])],
    ] as const) {
      for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
      writeFileSync(path, damaged);
      expect(() => openStateFile(path), name).toThrow(
        expect.objectContaining({
          code: 'corrupt',
          message: expect.stringMatching(/state\.db is damaged.*aion restore/) as string,
        }) as Error,
      );
    }
    for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
    writeFileSync(path, bytes);
    file = openStateFile(path);
  });

  it('has words for each code that people meet, and stays itself otherwise', () => {
    const failure = (errcode: number): Error => Object.assign(new Error('raw words of SQLite'), { errcode });
    let worded = 0;
    // The extended codes too: a code holds its primary one in the low byte.
    for (const code of [3, 5, 6, 8, 10, 11, 13, 14, 26, 261, 517, 1032, 266, 522, 4874, 267, 14 + 256]) {
      const error = toStorageError(failure(code), path);
      expect(isAppError(error), String(code)).toBe(true);
      expect((error as Error).message).toContain(path);
      expect((error as Error).message).not.toContain('raw words');
      worded++;
    }
    expect(worded).toBe(17);
    const constraint = failure(19);
    expect(toStorageError(constraint, path)).toBe(constraint);
    expect(toStorageError('text', path)).toBe('text');
  });
});

it('the sweep removes what has expired and nothing else', async () => {
  const clock = makeFrozenClock(1_000_000);
  const items = makeSqliteItemTable(file, clock);
  for (let n = 0; n < 2100; n++) await items.put({ ...item, sk: `old-${n}`, expiresAtS: 500 });
  await items.put({ ...item, sk: 'later', expiresAtS: 5000 });
  await items.put({ ...item, sk: 'kept' });
  expect(await sweepExpired(file, clock.nowMs())).toBe(2100);
  const left = file.db
    .prepare('SELECT sk FROM items ORDER BY sk')
    .all()
    .map((row) => row['sk']);
  expect(left).toEqual(['kept', 'later']);
});

it('a state file knows its home from the first claim on, and whether it is initialised and in use', () => {
  expect(homeOfState(file)).toBeUndefined();
  expect(claimState(file, 'home-1')).toBe('home-1');
  expect(claimState(file, 'home-2')).toBe('home-1');
  expect(isStateInitialised(path)).toBe(true);
  expect(isStateFileInUse(path)).toBe(true);
  const empty = join(folder, 'empty.db');
  writeFileSync(empty, '');
  expect(isStateInitialised(empty)).toBe(false);
  expect(isStateInitialised(join(folder, 'none.db'))).toBe(false);
  expect(existsSync(join(folder, 'none.db'))).toBe(false);
});
