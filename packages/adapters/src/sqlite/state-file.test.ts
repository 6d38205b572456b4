import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStateFile } from './state-file.ts';

it('a state in memory leaves no file, and one on the disk is for its owner alone', () => {
  rmSync(':memory:', { force: true });
  openStateFile(':memory:').close();
  expect(existsSync(':memory:')).toBe(false);
  const path = join(mkdtempSync(join(tmpdir(), 'aion-state-')), 'home', 'state.db');
  openStateFile(path).close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
