import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface BenchResult {
  /** Rows for people. */
  readonly table: readonly Record<string, unknown>[];
  /** The figures, as one JSON line: the last line that is printed. */
  readonly result: Readonly<Record<string, number | string>>;
}

const folder = dirname(fileURLToPath(import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts' && !file.includes('.test.') && !file.startsWith('_'))
  .map((file) => file.replace('.ts', ''));

const name = process.argv[2];
if (name === undefined || name === '--help' || !names.includes(name)) {
  console.error(`Usage: npm run bench -- NAME\nNAME is one of: ${names.join(', ')}`);
  process.exit(name === '--help' ? 0 : 2);
}
const { run } = (await import(`./${name}.ts`)) as { run(): Promise<BenchResult> };
const { table, result } = await run();
console.table(table);
console.log(JSON.stringify({ bench: name, ...result }));
