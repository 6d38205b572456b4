import { randomUUID } from 'node:crypto';
import type { SQLInputValue } from 'node:sqlite';
import {
  AppError,
  decodePageCursor,
  encodePageCursor,
  keyOfWrite,
  makeRng,
  makeStandBack,
  pageLimit,
  requireItem,
  requireKey,
  requireTransaction,
  type Clock,
  type Condition,
  type Item,
  type ItemKey,
  type ItemPage,
  type ItemTable,
  type KeyRange,
  type Page,
  type Rng,
  type StoredItem,
} from '@aion/core';
import type { StateFile } from './state-file.ts';

export type Row = Record<string, string | number | null>;

/** A write takes a few milliseconds, its way to the disk included. */
const STAND_BACK = { firstMs: 4, longestMs: 120 };

/**
 * The ItemTable port on SQLite. Sort keys compare by their UTF-8 bytes, as DynamoDB does.
 *
 * @example const items = makeSqliteItemTable(openStateFile(':memory:'), systemClock);
 */
export function makeSqliteItemTable(file: StateFile, clock: Clock, rng: Rng = makeRng(randomUUID())): ItemTable {
  const { db } = file;
  const select = db.prepare(
    'SELECT * FROM items WHERE tbl = ? AND pk = ? AND sk = ? AND (expires_s IS NULL OR expires_s > ?)',
  );
  const upsert = db.prepare(
    `INSERT INTO items (tbl, pk, sk, v, rev, body, gsi1pk, gsi1sk, gsi2pk, gsi2sk, expires_s)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (tbl, pk, sk) DO UPDATE SET v = excluded.v, rev = excluded.rev, body = excluded.body,
       gsi1pk = excluded.gsi1pk, gsi1sk = excluded.gsi1sk, gsi2pk = excluded.gsi2pk, gsi2sk = excluded.gsi2sk,
       expires_s = excluded.expires_s`,
  );
  const remove = db.prepare('DELETE FROM items WHERE tbl = ? AND pk = ? AND sk = ?');
  const statements = new Map<string, ReturnType<typeof db.prepare>>();
  const nowS = (): number => Math.floor(clock.nowMs() / 1000);

  const find = (key: ItemKey): StoredItem | undefined => {
    const row = select.get(key.table, key.pk, key.sk, nowS()) as Row | undefined;
    return row === undefined ? undefined : toItem(row);
  };
  const holds = (found: StoredItem | undefined, when: Condition | undefined): boolean => {
    if (when === undefined) return true;
    if (when.kind === 'absent') return found === undefined;
    if (when.kind === 'exists') return found !== undefined;
    return found?.rev === when.rev;
  };
  const write = (item: Item, body: string, found: StoredItem | undefined): number => {
    const rev = (found?.rev ?? 0) + 1;
    upsert.run(
      item.table,
      item.pk,
      item.sk,
      item.v,
      rev,
      body,
      item.gsi1pk ?? null,
      item.gsi1sk ?? null,
      item.gsi2pk ?? null,
      item.gsi2sk ?? null,
      item.expiresAtS ?? null,
    );
    return rev;
  };

  return {
    async get(key) {
      requireKey(key);
      return file.whenFree(() => find(key));
    },
    async put(item, when) {
      const body = requireItem(item);
      return file.write(() => {
        const found = find(item);
        if (!holds(found, when)) throw conflict([0], [item]);
        return write(item, body, found);
      });
    },
    async delete(key, when) {
      requireKey(key);
      await file.write(() => {
        if (!holds(find(key), when)) throw conflict([0], [key]);
        remove.run(key.table, key.pk, key.sk);
      });
    },
    async transact(writes) {
      requireTransaction(writes);
      await file.write(() => {
        const failed: number[] = [];
        const found = writes.map((entry, index) => {
          const item = find(keyOfWrite(entry));
          if (!holds(item, entry.when)) failed.push(index);
          return item;
        });
        if (failed.length > 0) throw conflict(failed, writes.map(keyOfWrite));
        writes.forEach((entry, index) => {
          if (entry.kind === 'put') write(entry.item, JSON.stringify(entry.item.body), found[index]);
          else if (entry.kind === 'delete') remove.run(entry.key.table, entry.key.pk, entry.key.sk);
        });
      });
    },
    async query(range, page = {}) {
      const { sql, values } = toSql(range, page, nowS());
      return file.whenFree(() => {
        let statement = statements.get(sql);
        if (statement === undefined) statements.set(sql, (statement = db.prepare(sql)));
        return toPage(statement.all(...values) as Row[], range, page);
      });
    },
    standBack: makeStandBack(clock, rng, STAND_BACK),
  };
}

function conflict(failed: readonly number[], keys: readonly ItemKey[]): AppError {
  const names = failed.map((index) => `${keys[index]?.pk} | ${keys[index]?.sk}`).join(', ');
  return new AppError(
    'conflict',
    `the condition on ${names} does not hold: it was changed by another writer; read again`,
    {
      retryable: true,
      context: { failed },
    },
  );
}

/** A row of the table `items` as an item; columns that are null become fields that are absent. */
export function toItem(row: Row): StoredItem {
  const text = (name: string): string | undefined => (row[name] === null ? undefined : String(row[name]));
  const item: StoredItem = {
    table: String(row['tbl']) as StoredItem['table'],
    pk: String(row['pk']),
    sk: String(row['sk']),
    v: Number(row['v']),
    rev: Number(row['rev']),
    body: JSON.parse(String(row['body'])) as Record<string, unknown>,
  };
  return {
    ...item,
    ...optional('gsi1pk', text('gsi1pk')),
    ...optional('gsi1sk', text('gsi1sk')),
    ...optional('gsi2pk', text('gsi2pk')),
    ...optional('gsi2sk', text('gsi2sk')),
    ...optional('expiresAtS', row['expires_s'] === null ? undefined : Number(row['expires_s'])),
  };
}

function optional<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: V });
}

function toSql(range: KeyRange, page: Page, nowS: number): { sql: string; values: SQLInputValue[] } {
  const index = range.index ?? 'primary';
  const pkColumn = index === 'primary' ? 'pk' : `${index}pk`;
  const skColumn = index === 'primary' ? 'sk' : `${index}sk`;
  const values: SQLInputValue[] = [range.table, range.pk, nowS];
  let where = `tbl = ? AND ${pkColumn} = ? AND (expires_s IS NULL OR expires_s > ?)`;
  if (range.prefix !== undefined) {
    where += ` AND substr(${skColumn}, 1, ?) = ? AND ${skColumn} >= ?`;
    values.push([...range.prefix].length, range.prefix, range.prefix);
  }
  if (range.from !== undefined) {
    where += ` AND ${skColumn} >= ?`;
    values.push(range.from);
  }
  if (range.to !== undefined) {
    where += ` AND ${skColumn} <= ?`;
    values.push(range.to);
  }
  if (page.after !== undefined) {
    const { sortKey, pk, sk } = decodePageCursor(range, page.after);
    where += ` AND (${skColumn}, pk, sk) ${range.descending ? '<' : '>'} (?, ?, ?)`;
    values.push(sortKey, pk, sk);
  }
  const order = range.descending ? 'DESC' : 'ASC';
  values.push(pageLimit(page) + 1);
  return {
    sql: `SELECT * FROM items WHERE ${where} ORDER BY ${skColumn} ${order}, pk ${order}, sk ${order} LIMIT ?`,
    values,
  };
}

function toPage(rows: readonly Row[], range: KeyRange, page: Page): ItemPage {
  const limit = pageLimit(page);
  const items = rows.slice(0, limit).map(toItem);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  const sortKey = range.index === 'gsi1' ? last.gsi1sk : range.index === 'gsi2' ? last.gsi2sk : last.sk;
  return { items, next: encodePageCursor(range, { sortKey: sortKey ?? '', pk: last.pk, sk: last.sk }) };
}
