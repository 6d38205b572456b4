import { mkdtempSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectStoreContract } from '../../../core/test/contract-suites/object-store.ts';
import { makeFileObjectStore } from './object-store.ts';

objectStoreContract('files', async () => {
  const root = mkdtempSync(join(tmpdir(), 'aion-objects-'));
  return { store: makeFileObjectStore(root), damage: (key) => writeFile(join(root, key), 'damaged') };
});
