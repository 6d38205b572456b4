import type { StoredItem } from '@aion/core';
import { toItem, type Row } from './item-table.ts';
import type { StateFile } from './state-file.ts';

const PAGE = 1000;

/** Every item of the state file that has not expired, in the order of table, partition and sort key. */
export async function* allSqliteItems(file: StateFile, nowMs: number): AsyncGenerator<StoredItem> {
  const page = file.db.prepare(
    `SELECT * FROM items WHERE (tbl, pk, sk) > (?, ?, ?) AND (expires_s IS NULL OR expires_s > ?)
     ORDER BY tbl, pk, sk LIMIT ${PAGE}`,
  );
  let last = ['', '', ''];
  for (;;) {
    const from = last;
    const rows = await file.whenFree(() => page.all(...from, Math.floor(nowMs / 1000)) as Row[]);
    for (const row of rows) yield toItem(row);
    const end = rows.at(-1);
    if (end === undefined) return;
    last = [String(end['tbl']), String(end['pk']), String(end['sk'])];
  }
}
