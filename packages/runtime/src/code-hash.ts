import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the code lies that decides what a run publishes. Of the use cases only runs do. */
const DECIDING = [
  ...['core', 'market', 'features', 'universe', 'forecast', 'signals', 'pipeline'].map((name) => `${name}/src`),
  'jobs/src/runs',
];
const packages = fileURLToPath(new URL('../../', import.meta.url));

/** SHA-256 over the source that decides, tests left out: the program's part of a snapshot. */
export function computeCodeHash(under = packages): string {
  // A bundle has no source beside it: its build writes the hash in here.
  const built = process.env.AION_BUILT_CODE_HASH;
  if (built !== undefined && under === packages) return built;
  const hash = createHash('sha256');
  for (const name of DECIDING) {
    const root = join(under, name);
    const files = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name) && !entry.name.endsWith('.test.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const file of files) {
      hash.update(`${name}/${relative(root, file).replaceAll('\\', '/')}\n`);
      hash.update(readFileSync(file, 'utf8').replaceAll('\r\n', '\n'));
    }
  }
  return hash.digest('hex');
}
