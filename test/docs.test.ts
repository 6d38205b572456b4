import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../functions/cli/src/program.ts';
import { alarmsOf } from '../infra/machines/alarms.ts';
import { CONTAINERS, deadLetterQueues, FUNCTIONS, MACHINES, stageNames, TABLES } from '../infra/names.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const PAGES = [
  'DEPLOY.md',
  'README.md',
  'docs/cli.md',
  ...readdirSync(join(root, 'docs/runbooks'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/runbooks/${name}`),
];
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');
const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1]!);

/** Everything on a page that is written as code: blocks, lines joined where one goes on, and spans. */
function codeOf(text: string): string[] {
  const blocks = all(text, /```sh\n([\s\S]*?)```/g).flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'));
  const spans = all(text.replaceAll(/```[\s\S]*?```/g, ''), /`([^`]+)`/g);
  return [...blocks, ...spans].map((line) => line.replace(/\s+#\s.*$/, '').trim());
}

const program = await makeProgram();
type Command = typeof program;
/** The help of a command of the command line, of its part, or of all; empty for a command that does not exist. */
function helpOf(...names: readonly (string | undefined)[]): string {
  let found: Command | undefined = program;
  for (const name of names) found = found?.commands.find((command) => command.name() === name);
  return found?.helpInformation() ?? '';
}

/** What a line of code says of `aion` that the command line does not have. */
function wrongAion(line: string): string[] {
  return all(line, /(?:npm run (?:-s )?aion -- |(?:^|\s)aion (?=[a-z]))([^;&|]+)/g).flatMap((rest) => {
    const [command = '', ...words] = rest
      .replaceAll(/"[^"]*"/g, 'TEXT')
      .trim()
      .split(/\s+/);
    const help = helpOf(command);
    if (help === '') return [`${line}: aion has no command "${command}"`];
    const all = help + helpOf(command, words[0]);
    const options = words.filter((word) => word.startsWith('--')).filter((word) => !all.includes(`${word} `));
    const takesAction = /^Usage: aion \w+ .*(?:<action>|\[command\])/.test(help);
    const action = takesAction && !words[0]?.startsWith('--') ? words[0] : undefined;
    const hasAction = action === undefined || new RegExp(`\\b${action}\\b`).test(help);
    return [
      ...options.map((word) => `${line}: aion ${command} has no option ${word}`),
      ...(hasAction ? [] : [`${line}: aion ${command} does not know "${action}"`]),
    ];
  });
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

function wrongCommands(text: string): string[] {
  return codeOf(text).flatMap((line) => [
    ...wrongAion(line),
    ...all(line, /npm run (?:-s )?([\w:-]+)/g)
      .filter((name) => !(name in scripts))
      .map((name) => `${line}: package.json has no script ${name}`),
    ...all(line, /npm run bench -- ([\w-]+)/g)
      .filter((name) => !existsSync(join(root, `packages/bench/src/${name}.ts`)))
      .map((name) => `${line}: there is no benchmark ${name}`),
    ...all(line, /node (scripts\/\S+)/g)
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${line}: there is no ${path}`),
  ]);
}

const anchorsOf = (text: string): string[] =>
  all(text, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );

function deadLinks(page: string, text: string): string[] {
  return all(text, /\]\(([^)\s]+)\)/g)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? join(root, page) : join(root, dirname(page), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(path === '' ? text : readFileSync(target, 'utf8')).includes(anchor);
    });
}

/** The project's own files, as paths from its root. */
function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? [`${path}/`, ...filesUnder(path)] : [path];
  });
}
const FOLDERS = ['docs', 'functions', 'infra', 'packages', 'scripts', 'test', 'web'];
const FILES = FOLDERS.flatMap((folder) => [`${folder}/`, ...filesUnder(folder)]);

/** Paths of the project that a page names, whole or by their end, where nothing stands. */
function wrongPaths(text: string): string[] {
  const written = all(text.replaceAll(/```[\s\S]*?```/g, ''), /`([^`\n]+)`/g);
  const paths = written.filter((span) => {
    const [first, ...others] = span.split('/');
    if (others.length === 0 || !/^[\w./-]+$/.test(span)) return false;
    return FOLDERS.includes(first!) || /\.(?:ts|tsx|mjs)$/.test(span);
  });
  return paths.filter(
    (path) => !FILES.some((file) => file === path || file === `${path}/` || file.endsWith(`/${path}`)),
  );
}

const names = stageNames('prod');
const ALARMS = alarmsOf(names, { httpApi: 'x', liveBalancer: 'x', liveTargets: 'x' }, '1').map(({ name }) => name);
const MADE = new Set<string>([
  ...[...FUNCTIONS, ...TABLES, ...MACHINES, ...CONTAINERS, ...ALARMS],
  ...[names.liveService, ...deadLetterQueues(names), names.dashboard, names.bucketPrefix].map((name) =>
    name.slice(names.prefix.length + 1).replace(/\.fifo$/, ''),
  ),
  // The budget is named where it is made.
  'monthly',
]);

/** Alarms that a page names, in its symptom or after the word, which do not exist; and names of resources that nothing makes. */
function unknownNames(text: string): string[] {
  const symptom = /\*\*Symptom\.\*\*[\s\S]*?\n\n/.exec(text)?.[0] ?? '';
  const said = all(text, /[Aa]larms? ((?:`[^`]+`(?:, | and |; )?)+)/g).join(' ');
  const named = all(symptom + said, /`((?:aion-(?:dev|prod|STAGE)-)?[a-z0-9]+(?:-[a-z0-9]+)+)`/g);
  const ofPrefix = all(text, /\baion-(?:dev|prod|STAGE)-([a-z][a-z-]*[a-z])/g);
  return [
    ...named
      .map((name) => name.replace(/^aion-(dev|prod|STAGE)-/, ''))
      .filter((name) => !ALARMS.includes(name) && name !== 'monthly'),
    ...ofPrefix.filter((name) => !MADE.has(name.replace(/-restored$/, '')) && name !== 'objects-'),
  ];
}

describe.each(PAGES)('%s', (page) => {
  it('names commands that exist, with options that they have', () => {
    expect(wrongCommands(textOf(page))).toEqual([]);
  });

  it('links to what is there', () => {
    expect(deadLinks(page, textOf(page))).toEqual([]);
  });

  it('names alarms and resources that the infrastructure makes', () => {
    expect(unknownNames(textOf(page))).toEqual([]);
  });
});

it.each([...PAGES, 'ARCHITECTURE.md', 'docs/features.md', 'docs/security.md', 'docs/status.md'])(
  '%s names files and folders that are there',
  (page) => {
    expect(wrongPaths(textOf(page))).toEqual([]);
  },
);

describe('the runbooks', () => {
  const runbooks = PAGES.filter((page) => page.startsWith('docs/runbooks/') && !page.endsWith('README.md'));

  it('are all in the index, and have each part', () => {
    const index = textOf('docs/runbooks/README.md');
    for (const page of runbooks) {
      expect(index).toContain(`(${relative('docs/runbooks', page)})`);
      for (const part of ['**Symptom.**', '## Look', '## Do', '## Check'])
        expect(`${page}: ${textOf(page)}`).toContain(part);
    }
  });

  it('stop everything before tables are restored, and in the restored ones before anything reads them', () => {
    const text = textOf('docs/runbooks/restore.md');
    const [section = ''] = /^## Do: AWS, a table\n[\s\S]*?(?=^## )/m.exec(text) ?? [];
    const at = (words: string): number => section.indexOf(words);
    const stops = ['kill on', 'flag set scheduled-runs off', 'flag set uploads off'];
    for (const stop of stops) {
      const [first, again] = ['FILE', 'restored.json'].map((file) => at(`${stop} --reason "restore" --stage ${file}`));
      expect(first, stop).toBeGreaterThan(0);
      expect(at('restore-table-to-point-in-time'), stop).toBeGreaterThan(first!);
      expect(again, stop).toBeGreaterThan(at('restore-table-to-point-in-time'));
      expect(at('export-state'), stop).toBeGreaterThan(again!);
    }
    const renamed = at('again, **before** the deployment');
    expect([renamed > 0, at('npx sst deploy') > renamed]).toEqual([true, true]);
    expect(text.slice(text.indexOf('\n## Check'))).toContain('aion -- kill --stage FILE');
  });
});

describe('the checks', () => {
  it('see commands at all', () => {
    expect(codeOf(textOf('DEPLOY.md')).filter((line) => line.includes('npm run aion')).length).toBeGreaterThan(5);
    expect(helpOf()).toContain('export-state');
  });

  it.each([
    ['```sh\nnpm run aion -- recall SIGNAL\n```', /aion has no command "recall"/],
    ['`npm run aion -- queue purge --stage FILE`', /does not know "purge"/],
    ['`aion daily --force`', /aion daily has no option --force/],
    ['`npm run deploy`', /no script deploy/],
    ['`npm run bench -- money`', /no benchmark money/],
    ['`node scripts/nothing.mjs`', /there is no scripts\/nothing\.mjs/],
  ])('catch a made-up command: %s', (text, finding) => {
    expect(wrongCommands(text).join('\n')).toMatch(finding);
  });

  it('see paths, whole and by their end, and catch those that lead nowhere', () => {
    const text =
      '`packages/core/src` `core/src/errors.ts` `lake/gone.ts` `packages/core/src/gone` `read/write` `test/docs.test.ts`';
    expect(wrongPaths(text)).toEqual(['lake/gone.ts', 'packages/core/src/gone']);
  });

  it('catch a dead link, a missing heading, an alarm and a resource that nobody makes', () => {
    expect(deadLinks('DEPLOY.md', '[a](docs/none.md) [b](DEPLOY.md#nowhere) [c](#costs-nothing)')).toHaveLength(3);
    expect(unknownNames('**Symptom.** Alarm `daily-exploded`.\n\n')).toContain('daily-exploded');
    expect(unknownNames('log group `/aws/lambda/aion-prod-tasks`')).toEqual(['tasks']);
  });
});
