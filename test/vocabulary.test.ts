import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const LISTS = /(?:\.enum\(|=\s*)\[((?:\s*'[^'\n]*',?)+\s*)\]/g;

/** Lists of two words and more, in any order. */
const listsIn = (text: string): string[] =>
  [...text.matchAll(LISTS)]
    .map(([, words]) => [...words!.matchAll(/'([^']*)'/g)].map(([, word]) => word!).sort())
    .filter((words) => words.length > 1)
    .map((words) => words.join(' '));

const sources = (): string[] =>
  readdirSync(join(root, 'packages'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[\w-]+\/src\/.*(?<!\.test)\.ts$/.test(path) && !path.startsWith('bench/'))
    .map((path) => join(root, 'packages', path));

/** Lists that stand in several packages: each list, and where. */
function shared(files: readonly { readonly path: string; readonly text: string }[]): string[] {
  const places = new Map<string, Set<string>>();
  for (const { path, text } of files)
    for (const list of listsIn(text)) places.set(list, (places.get(list) ?? new Set()).add(path.split('/')[1]!));
  return [...places].filter(([, at]) => at.size > 1).map(([list, at]) => `${list}: ${[...at].sort().join(', ')}`);
}

const read = () => sources().map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }));

it('no list of words is written in two packages: what records and answers have in common is the vocabulary’s', () => {
  const files = read();
  expect(files.flatMap(({ text }) => listsIn(text)).length).toBeGreaterThan(80);
  expect(shared(files)).toEqual([]);
});

it('a list that is written again is found, whatever its order', () => {
  const copy = { path: 'packages/api/src/copy.ts', text: "const Run = z.enum(['hourly', 'daily', 'post-market']);" };
  expect(shared([...read(), copy])).toEqual(['daily hourly post-market: api, core']);
});
