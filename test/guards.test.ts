import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { newFolder, removeFolders } from './embedded-home.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const DOMAIN = [
  'core',
  'market',
  'features',
  'universe',
  'forecast',
  'accounts',
  'signals',
  'trading',
  'pipeline',
  'jobs',
];
afterAll(removeFolders);

/** The program of an installed package, run by this Node in a folder. */
function run(name: string, bin: string, cwd: string, args: readonly string[]): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    const options = { cwd, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [join(root, 'node_modules', name, bin), ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr }),
    );
  });
}

/** What a program prints as JSON behind its warnings. */
const jsonIn = <T>(text: string): T => JSON.parse(text.slice(text.indexOf('{'))) as T;

/** A small checkout with this one's rules, in which the given files are planted. */
function plant(files: Readonly<Record<string, string>>): string {
  const folder = newFolder('planted');
  for (const name of ['.dependency-cruiser.cjs', '.oxlintrc.json', 'tsconfig.json'])
    copyFileSync(join(root, name), join(folder, name));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  mkdirSync(join(folder, 'node_modules', '@aion'), { recursive: true });
  for (const name of [...DOMAIN, 'contracts', 'api', 'adapters', 'runtime']) {
    const exports = { '.': './src/index.ts', './*': './src/*.ts' };
    write(`packages/${name}/package.json`, JSON.stringify({ name: `@aion/${name}`, type: 'module', exports }));
    write(`packages/${name}/src/index.ts`, `export const ${name} = 1;\n`);
    symlinkSync(join('..', '..', 'packages', name), join(folder, 'node_modules', '@aion', name));
  }
  write('node_modules/onnxruntime-node/package.json', '{"name":"onnxruntime-node","main":"index.js"}');
  write('node_modules/onnxruntime-node/index.js', 'module.exports = {};\n');
  write('functions/cli/src/aion.ts', 'export {};\n');
  write('web/src/data/fetch-for.ts', "export const ask = (): unknown => fetch('https://api.example');\n");
  for (const [path, text] of Object.entries(files)) write(path, text);
  return folder;
}

async function violations(cwd: string, folders: readonly string[], reaches = 'packages/core/'): Promise<string[]> {
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
  const { text } = await run('dependency-cruiser', 'bin/dependency-cruise.mjs', cwd, args);
  const { summary, modules } = jsonIn<{
    summary: { violations: { rule: { name: string }; from: string }[] };
    modules: { source: string }[];
  }>(text);
  expect(modules.some(({ source }) => source.startsWith(reaches))).toBe(true);
  return summary.violations.map(({ rule, from }) => `${from}: ${rule.name}`).sort();
}

describe('the import rule', () => {
  it('finds each planted violation by name, and nothing in a clean tree', async () => {
    const planted = {
      'packages/signals/src/reads-a-file.ts':
        "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n",
      'packages/market/src/reads-without-prefix.ts': "import { join } from 'path';\nexport const x = join;\n",
      'packages/features/src/imports-below.ts': "export { signals } from '@aion/signals';\n",
      'packages/signals/src/imports-by-path.ts': "export { jobs } from '../../jobs/src/index.ts';\n",
      'packages/core/src/imports-a-type.ts': "import type { api } from '@aion/api';\nexport type X = typeof api;\n",
      'packages/contracts/src/imports-more.ts': "export { market } from '@aion/market';\n",
      'packages/adapters/src/sqlite/table.ts': "export { files } from '../files/store.ts';\n",
      'packages/adapters/src/files/store.ts': 'export const files = 1;\n',
      'packages/jobs/src/first.ts':
        "import { second } from './second.ts';\nexport const first = (): unknown => second;\n",
      'packages/jobs/src/second.ts':
        "import { first } from './first.ts';\nexport const second = (): unknown => first;\n",
      'packages/jobs/src/sells.ts': "export { files } from '@aion/adapters/files/store';\n",
      'packages/trading/src/one.ts':
        "import type { Two } from './two.ts';\nexport interface One { readonly two: Two }\n",
      'packages/trading/src/two.ts':
        "import type { One } from './one.ts';\nexport interface Two { readonly one: One }\n",
      'packages/runtime/src/starts.ts': "import '../../../functions/cli/src/aion.ts';\n",
      'packages/forecast/src/loads.ts': "import * as onnx from 'onnxruntime-node';\nexport const loads = onnx;\n",
      'packages/api/src/asks.ts': "export { loads } from '@aion/forecast/loads';\n",
      'packages/universe/src/is-lost.ts': "import { nothing } from './nothing.ts';\nexport const x = nothing;\n",
      'packages/universe/src/reads.test.ts':
        "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n",
    };
    const [dirty, clean] = await Promise.all([
      violations(plant(planted), ['packages', 'functions']),
      violations(plant({}), ['packages', 'functions']),
    ]);
    expect(clean).toEqual([]);
    expect(dirty).toEqual(
      [
        'packages/signals/src/reads-a-file.ts: domain-is-pure',
        'packages/market/src/reads-without-prefix.ts: domain-is-pure',
        'packages/features/src/imports-below.ts: features-imports-only-above',
        'packages/signals/src/imports-by-path.ts: signals-imports-only-above',
        'packages/core/src/imports-a-type.ts: core-imports-only-above',
        'packages/contracts/src/imports-more.ts: contracts-import-core-only',
        'packages/adapters/src/sqlite/table.ts: adapters-stay-apart',
        'packages/jobs/src/first.ts: no-cycles',
        'packages/jobs/src/sells.ts: jobs-imports-only-above',
        'packages/trading/src/one.ts: no-cycles',
        'packages/runtime/src/starts.ts: nothing-imports-the-entrypoints',
        'packages/api/src/asks.ts: api-loads-no-heavy-runtime',
        'packages/universe/src/is-lost.ts: resolvable',
      ].sort(),
    );
  });

  it('holds for the API itself, through everything that it imports', async () => {
    const found = await violations(root, ['packages/api/src'], 'packages/forecast/');
    expect(found).toEqual([]);
  });
});

describe('the lint rules', () => {
  const lint = async (files: Readonly<Record<string, string>>): Promise<{ code: number; rules: string[] }> => {
    const args = ['--deny-warnings', '--format', 'json', 'packages', 'web/src'];
    const { code, text } = await run('oxlint', 'bin/oxlint', plant(files), args);
    const { diagnostics } = jsonIn<{ diagnostics: { code: string; filename: string }[] }>(text);
    return { code, rules: diagnostics.map((found) => `${found.filename}: ${found.code}`).sort() };
  };

  it('find a clock, chance, a timer, an empty catch, any and a console in the domain', async () => {
    const { code, rules } = await lint({
      'packages/signals/src/clock.ts': 'export const now = (): number => Date.now();\n',
      'packages/features/src/chance.ts': 'export const draw = (): number => Math.random();\n',
      'packages/pipeline/src/timer.ts': 'export const later = (f: () => void): unknown => setTimeout(f, 1);\n',
      'packages/adapters/src/sqlite/swallow.ts':
        'export function swallow(f: () => void): void {\n  try {\n    f();\n  } catch {}\n}\n',
      'packages/api/src/loose.ts': 'export const loose = (x: any): unknown => x;\n',
      'packages/runtime/src/chatty.ts': "export const chatty = (): void => console.log('x');\n",
    });
    expect(code).not.toBe(0);
    expect(rules).toEqual([
      'packages/adapters/src/sqlite/swallow.ts: eslint(no-empty)',
      'packages/api/src/loose.ts: typescript(no-explicit-any)',
      'packages/features/src/chance.ts: eslint(no-restricted-properties)',
      'packages/pipeline/src/timer.ts: eslint(no-restricted-globals)',
      'packages/runtime/src/chatty.ts: eslint(no-console)',
      'packages/signals/src/clock.ts: eslint(no-restricted-properties)',
    ]);
  });

  it('find a request of the site that does not say whose it is', async () => {
    const { code, rules } = await lint({
      'web/src/data/more-pages.ts': "export const stray = (): unknown => fetch('https://api.example');\n",
      'web/src/app/page.tsx': "export const stray = (): unknown => globalThis.fetch('https://api.example');\n",
    });
    expect(code).not.toBe(0);
    expect(rules).toEqual([
      'web/src/app/page.tsx: eslint(no-restricted-properties)',
      'web/src/data/more-pages.ts: eslint(no-restricted-globals)',
    ]);
  });

  it('let the same clock pass where it belongs, and a clean tree', async () => {
    const clean = await lint({
      'packages/adapters/src/system/clock.ts': 'export const now = (): number => Date.now();\n',
    });
    expect(clean).toEqual({ code: 0, rules: [] });
  });
});

describe('what no linter sees', () => {
  const READS_NOW =
    /new Date\(\s*\)|Date\(\s*\)(?!\s*:)|performance\.now|process\.(env|hrtime)|globalThis\.(Date|Math)/;

  it('no domain package reads the time or the environment in another way', () => {
    const files = DOMAIN.flatMap((name) =>
      readdirSync(join(root, 'packages', name, 'src'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
        .map((entry) => join(entry.parentPath, entry.name)),
    ).filter((path) => !path.includes('contract-suites'));
    expect(files.length).toBeGreaterThan(80);
    expect(files.filter((path) => READS_NOW.test(readFileSync(path, 'utf8')))).toEqual([]);
    for (const bad of ['const t = new Date();', 'performance.now()', "process.env['X']", 'globalThis.Date.now()'])
      expect(bad).toMatch(READS_NOW);
  });
});
