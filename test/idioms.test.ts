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
  {
    name: 'requireWhy, or isWhy in a form',
    home: 'packages/core/src/why-letters.ts',
    // The least or the most length of a reason, or an own count of its letters.
    copy: /least: 3, most: 500|\.trim\(\)\.length < 3\b|\b(?:why|reason)\b[^;\n]*\.length < 3\b|trim\(\)\.min\(3\)\.max\(500\)/,
  },
  {
    name: 'bodyOf or bodyIfReadable with a StoredForm',
    home: 'packages/core/src/stored-body.ts',
    // A schema on the body of an item, a field taken out of it, or its shape claimed: its version is not read, and the error has no code.
    copy: /(?<!JSON\.p)arse\(\s*(?:\w+[?!]?\.)*body\b|arse\([^\n]*(?:\]|\))!?\??\.body\b|arse\(\{ \.\.\.\w+\??\.body|\bbody(?:\?\.|!)?\[['"`]|\.body as \b|\} = (?:await )?[\w.]+[?!]?\.body\b(?!\()|= (?:found|item|stored|kept)\w*[?!]?\.body;|\b(?:found|item|stored|kept)\w*[?!]?\.body[?!]?\.\w/,
    apart: {
      'packages/adapters/src/gotrue/routes.ts': 'the body of a request',
      'web/src/data/api.ts': 'the body of an answer',
      'packages/signals/src/stored-readiness.ts': 'an upcast, which bodyOf hands the body of before',
    },
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

const files = (): string[] =>
  ['packages', 'functions', 'web/src', 'infra'].flatMap((folder) =>
    [...sources(join(root, folder))]
      .map((path) => relative(root, path))
      .filter((path) => !/^packages\/\w+\/test\//.test(path)),
  );

it('each idiom is written once', () => {
  expect(files().length).toBeGreaterThan(900);
  expect(files().flatMap((path) => copies(path, readFileSync(join(root, path), 'utf8')))).toEqual([]);
});

/** What one package alone calls, by how a file comes by it, and what everybody else does instead. */
const KEPT = [
  {
    name: 'nameOf of an actor',
    folder: 'packages/jobs/',
    taken:
      /import (?:type )?\{[^}]*\bnameOf\b[^}]*\} from '(?:@aion\/jobs|[^']*\/actor\.ts)'|\bnameOf\((?:actorOf\(|\w*\.?actor\b|OPERATOR\b|SCHEDULE\b)/,
    instead: 'hand the actor to the use case, which makes its name where it is stored',
    planted: [
      "import { nameOf, OPERATOR } from '@aion/jobs';",
      "import { nameOf } from '../../../packages/jobs/src/actor.ts';",
      'const by = nameOf(actorOf(c));',
      'const input = { triggeredBy: nameOf(request.actor) };',
      'set({ reason, by: nameOf(OPERATOR) })',
    ],
    others: ['nameOf(who)', 'nameOf(symbol, sector)', "import { actorNamed } from '@aion/jobs';"],
  },
] as const;

const taken = (path: string, text: string): string[] =>
  KEPT.filter((kept) => !path.startsWith(kept.folder) && kept.taken.test(text)).map(
    ({ name, instead }) => `${path}: ${name}; ${instead}`,
  );

it('what one package keeps to itself is called by no other', () => {
  expect(files().flatMap((path) => taken(path, readFileSync(join(root, path), 'utf8')))).toEqual([]);
});

it.each(KEPT)('$name is found where it is planted, and in nothing that only looks like it', ({ folder, ...kept }) => {
  for (const text of kept.planted) {
    expect([text, taken('functions/cli/src/commands/kill.ts', text).length]).toEqual([text, 1]);
    expect(taken(`${folder}src/kill/set-kill.ts`, text)).toEqual([]);
  }
  for (const text of kept.others) expect(taken('packages/api/src/app.ts', text)).toEqual([]);
});

it('an own check of a reason is found in each of its forms', () => {
  for (const text of [
    'if (options.why.trim().length < 3) throw refused();',
    "const reason = (options.reason ?? '').trim(); if (reason.length < 3) throw refused();",
    'disabled={pending || reason.trim().length < 3}',
    'reason: z.string().trim().min(3).max(500),',
  ])
    expect([text, copies('functions/cli/src/commands/flag.ts', text).length]).toEqual([text, 1]);
  expect(copies('packages/market/src/sources/quorum.ts', 'if (bars.length < 3) return none;')).toEqual([]);
});

it.each([
  'const run = RunRecord.parse(item.body);',
  'const run = RunRecord.safeParse(found?.body);',
  'found.map(({ body }) => RunRecord.parse(body))',
  "const atMs = Number(found.body['atMs']);",
  "const on = found?.body['on'] === true;",
  "const { key } = body['pointer'];",
  'const shown = found?.body as NewestRun | undefined;',
  'const { atMs } = found.body;',
  'const run = RunRecord.parse(found.items[0]!.body);',
  'const run = RunRecord.parse((await items.get(key))!.body);',
  'const run = RunRecord.parse({ ...item.body });',
  'const atMs = Number(found.body.atMs);',
  'const raw = item.body;',
])('a stored item that is read past its form is found: %s', (line) => {
  expect(copies('packages/pipeline/src/planted.ts', line)).toEqual([
    'packages/pipeline/src/planted.ts: use bodyOf or bodyIfReadable with a StoredForm',
  ]);
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
