import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = /\.(ts|tsx|mjs)$/;
const LEFT_OUT = new Set(['node_modules', '.next', '.build', 'dist']);

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !LEFT_OUT.has(entry.name)) yield* sources(path);
    else if (entry.isFile() && SOURCE.test(entry.name)) yield path;
  }
}

/** The doors of each package, and from which packages' files each is entered. */
function doorsAndUse(
  packages: Readonly<Record<string, Readonly<Record<string, string>>>>,
  files: Iterable<[string, string]>,
) {
  const used = new Set<string>();
  for (const [path, text] of files)
    for (const [, name = '', sub] of text.matchAll(/'@aion\/([a-z]+)(?:\/([^']+))?'/g))
      if (!path.startsWith(`packages/${name}/src/`)) used.add(`${name} ${sub === undefined ? '.' : `./${sub}`}`);
  const doors = Object.entries(packages).flatMap(([name, exports]) =>
    Object.entries(exports).map(([door, file]) => ({ name, door, file, id: `${name} ${door}` })),
  );
  return { doors, used };
}

const problems = ({ doors, used }: ReturnType<typeof doorsAndUse>, exists: (path: string) => boolean): string[] =>
  doors.flatMap(({ name, door, file, id }) => [
    ...(door.includes('*') || file.includes('*') ? [`${id}: names no file; every door has a name`] : []),
    ...(exists(join('packages', name, file)) ? [] : [`${id}: leads to ${file}, which is not there`]),
    ...(used.has(id) ? [] : [`${id}: nobody enters by it`]),
  ]);

describe('the doors of packages', () => {
  it('have names, lead to files, and are entered by others', () => {
    const packages = Object.fromEntries(
      readdirSync(join(root, 'packages')).map((name) => {
        const { exports = {} } = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as {
          exports?: Record<string, string>;
        };
        return [name, exports];
      }),
    );
    const files = ['packages', 'functions', 'test', 'web', 'infra', 'scripts'].flatMap((folder) =>
      [...sources(join(root, folder))].map(
        (path) => [relative(root, path), readFileSync(path, 'utf8')] as [string, string],
      ),
    );
    const found = doorsAndUse(packages, files);
    expect(found.doors.length).toBeGreaterThan(80);
    expect(problems(found, (path) => existsSync(join(root, path)))).toEqual([]);
  });

  it('a door for everything, one that leads nowhere and one that nobody enters are found', () => {
    const packages = {
      market: { '.': './src/index.ts', './*': './src/*.ts', './gone': './src/gone.ts', './own': './src/own.ts' },
    };
    const files: [string, string][] = [
      ['test/a.ts', "import { x } from '@aion/market'; import('@aion/market/gone')"],
      ['packages/market/src/b.ts', "import { y } from '@aion/market/own'"],
    ];
    expect(problems(doorsAndUse(packages, files), (path) => !/gone|\*/.test(path))).toEqual([
      'market ./*: names no file; every door has a name',
      'market ./*: leads to ./src/*.ts, which is not there',
      'market ./*: nobody enters by it',
      'market ./gone: leads to ./src/gone.ts, which is not there',
      'market ./own: nobody enters by it',
    ]);
  });
});
