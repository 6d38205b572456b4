import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { exportedFunctions, type ExportedFunction, type House } from './exported-functions.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const LEFT_OUT = new Set(['node_modules', '.next', '.build', 'dist']);
/** A function that so many files of others call has an example. */
const CALLED_BY_MANY = 3;

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !LEFT_OUT.has(entry.name)) yield* sources(path);
    else if (entry.isFile() && /\.tsx?$/.test(entry.name)) yield path;
  }
}

function readHouse(): House {
  const files = ['packages', 'functions', 'web/src', 'infra'].flatMap((folder) => [...sources(join(root, folder))]);
  const doors = readdirSync(join(root, 'packages')).flatMap((name) => {
    const { exports = {} } = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as {
      exports?: Record<string, string>;
    };
    return Object.entries(exports).map(
      ([door, file]) => [`@aion/${name}${door.slice(1)}`, join('packages', name, file)] as const,
    );
  });
  return {
    files: new Map(files.map((path) => [relative(root, path), readFileSync(path, 'utf8')])),
    doors: new Map(doors),
  };
}

const parses = (example: string): boolean =>
  ts.transpileModule(example, { reportDiagnostics: true, compilerOptions: { module: ts.ModuleKind.ESNext } })
    .diagnostics?.length === 0;

function problems({ path, name, doc, examples, callers }: ExportedFunction): string[] {
  const missing = callers.length >= CALLED_BY_MANY && examples.length === 0;
  return [
    ...(doc === '' ? ['has no docstring'] : []),
    ...(missing ? [`is called from ${callers.length} files of others and has no @example`] : []),
    ...examples.flatMap((example) => [
      ...(new RegExp(`\\b${name}\\b`).test(example) ? [] : [`has an @example without it: ${example}`]),
      ...(parses(example) ? [] : [`has an @example that is no TypeScript: ${example}`]),
    ]),
  ].map((problem) => `${path} ${name} ${problem}`);
}

describe('functions behind the doors of packages', () => {
  it('have docstrings, and examples where many call them', () => {
    const functions = exportedFunctions(readHouse());
    expect(functions.length).toBeGreaterThan(700);
    expect(functions.filter(({ callers }) => callers.length >= CALLED_BY_MANY).length).toBeGreaterThan(100);
    expect(functions.flatMap(problems)).toEqual([]);
  });

  it('are found however they are exported, and so is what they lack', () => {
    const house: House = {
      doors: new Map([
        ['@aion/a', 'packages/a/src/index.ts'],
        ['@aion/a/deep', 'packages/a/src/deep.ts'],
      ]),
      files: new Map([
        ['packages/a/src/index.ts', "export * from './many.ts'; export { inner as outer, type T } from './few.ts';"],
        [
          'packages/a/src/many.ts',
          '/** Told. */ export const told = () => 1; export const one = () => 1, two = function () {}; const own = () => 1; export const figure = 1;',
        ],
        ['packages/a/src/few.ts', '/** @example innner() */ export async function inner() {} export type T = 1;'],
        ['packages/a/src/deep.ts', '/** Deep.\n * @example deep( */ export function deep(): void {}'],
        ...['b/src/1.ts', 'b/src/2.ts', 'b/src/3.tsx'].map(
          (path) => [`packages/${path}`, "import { type T, told as said } from '@aion/a';\nsaid();"] as const,
        ),
        // Not of others, or not the program: these do not count.
        ['packages/a/src/own.ts', "import { outer } from '@aion/a';"],
        ['packages/b/src/4.test.ts', "import { outer } from '@aion/a';"],
        ['packages/b/test/5.ts', "import { outer } from '@aion/a';"],
        ['functions/b/src/6.ts', "const { deep } = await import('@aion/a/deep'); // not outer of '@aion/a'"],
      ]),
    };
    const found = exportedFunctions(house);
    expect(found.map(({ name, callers }) => [name, callers.length])).toEqual([
      ['told', 3],
      ['one', 0],
      ['two', 0],
      ['inner', 0],
      ['deep', 1],
    ]);
    expect(found.flatMap(problems)).toEqual([
      'packages/a/src/many.ts told is called from 3 files of others and has no @example',
      'packages/a/src/many.ts one has no docstring',
      'packages/a/src/many.ts two has no docstring',
      'packages/a/src/few.ts inner has no docstring',
      'packages/a/src/few.ts inner has an @example without it: innner()',
      'packages/a/src/deep.ts deep has an @example that is no TypeScript: deep(',
    ]);
  });
});
