import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../functions/cli/src/program.ts';
import { refuseUnknownOption } from '../functions/cli/src/unknown-option.ts';

const page = readFileSync(fileURLToPath(new URL('../docs/cli.md', import.meta.url)), 'utf8');
const program = await makeProgram();
type Command = typeof program;

/** A row of the page: the commands that it is of, the options that it names, and its examples. */
interface Row {
  readonly commands: readonly string[];
  readonly options: readonly string[];
  readonly examples: readonly string[];
}
const spansOf = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, span]) => span!);

function rowsOf(text: string): Row[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [names = '', about = '', examples = ''] = line
        .slice(2, -2)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.replaceAll(String.raw`\|`, '|'));
      return {
        commands: spansOf(names).flatMap(commandsOf),
        options: spansOf(about).flatMap((span) => /^--[\w-]+/.exec(span) ?? []),
        examples: spansOf(examples),
      };
    });
}

/** `lake status|verify` is two commands, `kill [on|off]` and `import PATHS…` one. */
function commandsOf(span: string): string[] {
  const words = span.split(' ').filter((word) => /^[a-z]/.test(word));
  return words
    .at(-1)!
    .split('|')
    .map((last) => [...words.slice(0, -1), last].join(' '));
}

/** The command that words name, and how many of them do. */
function find(words: readonly string[], from: Command = program): { command: Command; names: string[] } {
  const next = from.commands.find((command) => command.name() === words[0]);
  if (next === undefined) return { command: from, names: [] };
  const { command, names } = find(words.slice(1), next);
  return { command, names: [next.name(), ...names] };
}

const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);

function* allOf(command: Command): Generator<Command> {
  yield command;
  for (const one of command.commands) yield* allOf(one);
}

/** What the command line says against a line, when nothing of it is done; undefined where it would do it. */
async function refusalOf(line: string): Promise<string | undefined> {
  const [aion, ...args] = wordsOf(line);
  if (aion !== 'aion') return `${line}: expected aion first`;
  const parsing = await makeProgram(args[0]);
  let said = '';
  for (const command of allOf(parsing)) {
    command.configureOutput({ writeErr: (text) => void (said += text), writeOut: () => undefined });
    if (command !== parsing) command.action(() => undefined);
  }
  try {
    refuseUnknownOption(parsing, args);
    await parsing.parseAsync(args, { from: 'user' });
  } catch (error) {
    return `${line}: ${said || String(error)}`;
  }
  return undefined;
}

function wrongRows(rows: readonly Row[]): string[] {
  return rows.flatMap(({ commands, options, examples }) => {
    const found = commands.map((command) => find(command.split(' ')));
    const helps = found.map(({ command }) => command.helpInformation()).join('\n');
    const used = new Set(examples.map((line) => find(wordsOf(line).slice(1)).names.join(' ')));
    return [
      ...found.flatMap(({ names }, i) => (names.length === 0 ? [`there is no command ${commands[i]}`] : [])),
      ...options.filter((option) => !helps.includes(`${option} `)).map((option) => `${commands[0]} has no ${option}`),
      ...found.flatMap(({ names }) => (used.has(names.join(' ')) ? [] : [`${names.join(' ')} has no example`])),
    ];
  });
}

/** Commands that do something and stand in no row. */
function missing(rows: readonly Row[]): string[] {
  const there = new Set(rows.flatMap(({ commands }) => commands.map((one) => find(one.split(' ')).names.join(' '))));
  const nameOf = (command: Command): string =>
    command.parent === null ? '' : `${nameOf(command.parent)} ${command.name()}`.trim();
  return [...allOf(program)]
    .filter(({ commands }) => commands.length === 0)
    .map(nameOf)
    .filter((name) => !there.has(name));
}

const rows = rowsOf(page);

describe('docs/cli.md', () => {
  it('has every command, with options that it has and an example of each', () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(missing(rows)).toEqual([]);
    expect(wrongRows(rows)).toEqual([]);
  });

  it.each(rows.flatMap(({ examples }) => examples))('%s is understood', async (line) => {
    expect(await refusalOf(line)).toBeUndefined();
  });

  it.each([
    ['aion recall SIGNAL', /unknown command 'recall'/],
    ['aion backfill --from 2026-01-01', /required option '--to/],
    ['aion lake export --sybmol A --out a.csv', /unknown option '--sybmol'; did you mean --symbol/],
    ['aion drill now', /too many arguments/],
    ['aion import', /missing required argument 'paths'/],
    ['aion import a.csv --stamps middle', /Allowed choices are start, end/],
    ['npm test', /expected aion first/],
  ])('an example that is not understood is found: %s', async (line, finding) => {
    expect(await refusalOf(line)).toMatch(finding);
  });

  it('a command that is missing, one too many, an option that there is not and a lack of an example are found', () => {
    expect(missing(rows.slice(1))).toEqual(['import']);
    expect(wrongRows(rowsOf('| `recall SIGNAL` | Recalls. | `aion recall X` |'))).toContain(
      'there is no command recall',
    );
    expect(wrongRows(rowsOf('| `lake status\\|verify` | Looks. `--fast`. | `aion lake status` |'))).toEqual([
      'lake status has no --fast',
      'lake verify has no example',
    ]);
  });
});
