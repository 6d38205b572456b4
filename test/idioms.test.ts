import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const LEFT_OUT = new Set(['node_modules', '.next', '.build', 'dist']);

/** What is written in one file, under one name, and how a copy of it begins. */
const IDIOMS: readonly {
  readonly name: string;
  readonly home: string;
  readonly copy: RegExp;
  /** Where the same words are something else, and what. */
  readonly apart?: Readonly<Record<string, string>>;
}[] = [
  { name: 'Ticker', home: 'packages/core/src/ticker.ts', copy: /\[A-Z0-9\]\[A-Z0-9&_\.-\]\{0,31\}/ },
  {
    name: 'PRICE_COLUMNS, OHLCV_COLUMNS',
    home: 'packages/market/src/bar-columns.ts',
    copy: /\['open', 'high', 'low', 'close'(?:, 'volumeShares')?\]/,
  },
  { name: 'lowerBound', home: 'packages/core/src/lower-bound.ts', copy: /\(low \+ high\) >>>? 1/ },
  { name: 'makeBoundedCache', home: 'packages/core/src/bounded-cache.ts', copy: /\.keys\(\)\.next\(\)/ },
  {
    name: 'changeItem',
    home: 'packages/core/src/change-item.ts',
    // A conditional write on what was read, whose lost race is caught: the makings of a loop.
    copy: /unchangedSince\([^]*isAppError\(\w+, 'conflict'\)|isAppError\(\w+, 'conflict'\)[^]*unchangedSince\(/,
    apart: { 'packages/pipeline/src/runner/lease.ts': 'who comes second is refused the lease and does not try again' },
  },
  { name: 'csvCell', home: 'packages/core/src/csv-cell.ts', copy: /replaceAll\('"', '""'\)|\[=\+\\-@/ },
];

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !LEFT_OUT.has(entry.name)) yield* sources(path);
    else if (entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name)) yield path;
  }
}

const copies = (path: string, text: string): string[] =>
  IDIOMS.filter(({ home, copy, apart }) => path !== home && apart?.[path] === undefined && copy.test(text)).map(
    ({ name }) => `${path}: use ${name}`,
  );

it('each idiom is written once', () => {
  const files = ['packages', 'functions', 'web/src', 'infra'].flatMap((folder) =>
    [...sources(join(root, folder))]
      .map((path) => relative(root, path))
      .filter((path) => !/^packages\/\w+\/test\//.test(path)),
  );
  expect(files.length).toBeGreaterThan(900);
  expect(files.flatMap((path) => copies(path, readFileSync(join(root, path), 'utf8')))).toEqual([]);
});

it('what stands apart is still there, and would be found', () => {
  const apart = IDIOMS.flatMap(({ copy, apart: paths }) => Object.keys(paths ?? {}).map((path) => ({ path, copy })));
  expect(apart.length).toBeGreaterThan(0);
  for (const { path, copy } of apart) expect(readFileSync(join(root, path), 'utf8')).toMatch(copy);
});

it.each(IDIOMS)('$name is found at home, and in a copy of its file', ({ name, home }) => {
  const text = readFileSync(join(root, home), 'utf8');
  expect(copies('web/src/copy.ts', text)).toEqual([`web/src/copy.ts: use ${name}`]);
  expect(copies(home, text)).toEqual([]);
});
