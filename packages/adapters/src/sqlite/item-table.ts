import {
  AppError,
  MAX_BODY_BYTES,
  MAX_TRANSACTION_WRITES,
  type Clock,
  type Condition,
  type Item,
  type ItemKey,
  type ItemPage,
  type ItemTable,
  type KeyRange,
  type Page,
  type StoredItem,
  type Write,
} from '@aion/core';
import type { SQLInputValue } from 'node:sqlite';
import type { StateFile } from './state-file.ts';

export type Row = Record<string, string | number | null>;

/** The ItemTable port on SQLite. Sort keys compare by their UTF-8 bytes, as DynamoDB does. */
export function makeSqliteItemTable(file: StateFile, clock: Clock): ItemTable {
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
  const write = (item: Item, found: StoredItem | undefined): number => {
    const body = checkedBody(item);
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
      return file.whenFree(() => find(key));
    },
    async put(item, when) {
      return file.write(() => {
        const found = find(item);
        if (!holds(found, when)) throw conflict([0], [item]);
        return write(item, found);
      });
    },
    async delete(key, when) {
      await file.write(() => {
        if (!holds(find(key), when)) throw conflict([0], [key]);
        remove.run(key.table, key.pk, key.sk);
      });
    },
    async transact(writes) {
      checkTransaction(writes);
      await file.write(() => {
        const failed: number[] = [];
        const found = writes.map((entry, index) => {
          const item = find(keyOf(entry));
          if (!holds(item, entry.when)) failed.push(index);
          return item;
        });
        if (failed.length > 0) throw conflict(failed, writes.map(keyOf));
        writes.forEach((entry, index) => {
          if (entry.kind === 'put') write(entry.item, found[index]);
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
  };
}

function keyOf(write: Write): ItemKey {
  return write.kind === 'put' ? write.item : write.key;
}

function checkTransaction(writes: readonly Write[]): void {
  if (writes.length > MAX_TRANSACTION_WRITES) {
    throw new AppError(
      'bad_input',
      `a transaction holds at most ${MAX_TRANSACTION_WRITES} writes, found ${writes.length}`,
    );
  }
  const keys = new Set(writes.map((write) => JSON.stringify([keyOf(write).table, keyOf(write).pk, keyOf(write).sk])));
  if (keys.size !== writes.length) {
    throw new AppError('bad_input', 'a transaction touches each item at most once; two writes have the same key');
  }
}

function checkedBody(item: Item): string {
  const body = JSON.stringify(item.body);
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_BODY_BYTES) {
    throw new AppError(
      'too_large',
      `an item holds at most ${MAX_BODY_BYTES} bytes, ${item.pk} | ${item.sk} has ${bytes}; store an object and point to it`,
    );
  }
  return body;
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
    const [sortKey, pk, sk] = decodeCursor(page.after);
    where += ` AND (${skColumn}, pk, sk) ${range.descending ? '<' : '>'} (?, ?, ?)`;
    values.push(sortKey, pk, sk);
  }
  const order = range.descending ? 'DESC' : 'ASC';
  const limit = Math.min(page.limit ?? 500, 1000);
  values.push(limit + 1);
  return {
    sql: `SELECT * FROM items WHERE ${where} ORDER BY ${skColumn} ${order}, pk ${order}, sk ${order} LIMIT ?`,
    values,
  };
}

function toPage(rows: readonly Row[], range: KeyRange, page: Page): ItemPage {
  const limit = Math.min(page.limit ?? 500, 1000);
  const items = rows.slice(0, limit).map(toItem);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  const sortKey = range.index === 'gsi1' ? last.gsi1sk : range.index === 'gsi2' ? last.gsi2sk : last.sk;
  return { items, next: Buffer.from(JSON.stringify([sortKey ?? '', last.pk, last.sk])).toString('base64url') };
}

function decodeCursor(cursor: string): [string, string, string] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts) && parts.length === 3 && parts.every((part) => typeof part === 'string')) {
      return parts as [string, string, string];
    }
  } catch (cause) {
    throw strangeCursor(cause);
  }
  throw strangeCursor();
}

/** The one thing that this table says to whoever asked. */
const strangeCursor = (cause?: unknown): AppError =>
  new AppError('bad_input', 'the cursor is not one that this server gave; start again without it', {
    cause,
    context: { words: 'caller' },
  });
