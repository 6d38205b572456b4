import { closeSync, openSync, readSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '@aion/core';

const MAGIC = 'SQLite format 3\0';

/**
 * Looks at a state file past every cache: a connection that has been open for long goes on answering from memory when the file
 * under it was overwritten or removed. Throws AppError(corrupt) when the file is no database, or lacks the row that was just written.
 */
export function probeStateFile(
  path: string,
  row: { readonly pk: string; readonly sk: string; readonly word: string },
): void {
  requireMagic(path);
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    db.exec('PRAGMA busy_timeout = 0');
    const found = db.prepare('SELECT body FROM items WHERE pk = ? AND sk = ?').get(row.pk, row.sk);
    if (!String(found?.['body'] ?? '').includes(row.word))
      throw new AppError(
        'corrupt',
        'the file lacks what this process wrote to it: it was replaced; restart the product',
      );
  } finally {
    db.close();
  }
}

function requireMagic(path: string): void {
  const head = Buffer.alloc(MAGIC.length);
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  if (head.toString('latin1') !== MAGIC)
    throw new AppError('corrupt', 'the state file is no SQLite file any more; stop the product and restore a backup');
}
