import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the list of a backup anew, without a signature, over a state that somebody changed. */
export function listAnew(backup: string): void {
  const path = join(backup, 'backup.json');
  const { createdAt, files } = JSON.parse(readFileSync(path, 'utf8')) as {
    createdAt: string;
    files: { path: string; bytes: number; sha256: string }[];
  };
  const bytes = readFileSync(join(backup, 'state.db'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const listed = files.map((file) => (file.path === 'state.db' ? { ...file, bytes: bytes.length, sha256 } : file));
  writeFileSync(path, JSON.stringify({ v: 1, createdAt, files: listed }));
}
