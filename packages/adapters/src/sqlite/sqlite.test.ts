import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { itemTableContract } from '../../../core/test/contract-suites/item-table.ts';
import { queueContract } from '../../../core/test/contract-suites/queue.ts';
import { makeFrozenClock } from '@aion/core';
import { makeSqliteItemTable } from './item-table.ts';
import { migrations } from './migrations.ts';
import { makeSqliteQueue } from './queue.ts';
import { openStateFile } from './state-file.ts';

const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'aion-sqlite-')), 'state.db');

itemTableContract('SQLite', async (clock) => makeSqliteItemTable(openStateFile(newPath()), clock));
queueContract('SQLite', async (clock, maxDeliveries) =>
  makeSqliteQueue(openStateFile(newPath()), clock, 'test', { maxDeliveries }),
);

it('migrates an older file step by step, keeps its items and leaves a copy of what was there', async () => {
  const path = newPath();
  const old = openStateFile(path, migrations.slice(0, 1));
  const item = { table: 'product', pk: 'A', sk: '1', v: 1, body: { kept: true } } as const;
  await makeSqliteItemTable(old, makeFrozenClock(0)).put(item);
  old.close();
  const now = openStateFile(path);
  expect((await makeSqliteItemTable(now, makeFrozenClock(0)).get(item))?.body).toEqual({ kept: true });
  expect(existsSync(`${path}.before-v${migrations.length}`)).toBe(true);
});

it('refuses a state file that a newer program wrote, and touches nothing in it', () => {
  const path = newPath();
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 999; CREATE TABLE future (x)');
  db.close();
  expect(() => openStateFile(path)).toThrow(/schema version 999.*newer version/);
});

it('rolls a failed migration back whole', () => {
  const path = newPath();
  const broken = [
    ...migrations,
    { version: 99, title: 'broken', sql: 'CREATE TABLE half (x); CREATE TABLE half (x);' },
  ];
  expect(() => openStateFile(path, broken)).toThrow();
  const file = openStateFile(path);
  expect(file.db.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'half'").get()).toEqual({ n: 0 });
});

it('lets two connections of one file see one state', async () => {
  const path = newPath();
  const a = makeSqliteItemTable(openStateFile(path), makeFrozenClock(0));
  const b = makeSqliteItemTable(openStateFile(path), makeFrozenClock(0));
  const item = { table: 'product', pk: 'A', sk: '1', v: 1, body: {} } as const;
  await a.put(item, { kind: 'absent' });
  await expect(b.put(item, { kind: 'absent' })).rejects.toMatchObject({ code: 'conflict' });
  expect((await b.get(item))?.rev).toBe(1);
});
