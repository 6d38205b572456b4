import { Command } from 'commander';
import { expect, it } from 'vitest';
import { makeProgram } from './program.ts';
import { MARKET_OPTION, olderMarketOption } from './session.ts';

function* commandsOf(command: Command, name = ''): Generator<{ name: string; command: Command }> {
  for (const one of command.commands) {
    const full = `${name} ${one.name()}`.trim();
    yield { name: full, command: one };
    yield* commandsOf(one, full);
  }
}
const takes = (command: Command, long: string): boolean => command.options.some((option) => option.long === long);

/** Commands that show another word for a market than `--market`, or read the older word without the newer. */
const otherWords = (program: Command): string[] =>
  [...commandsOf(program)]
    .filter(
      ({ command }) =>
        command.helpInformation().includes('--exchange') ||
        (takes(command, '--exchange') && !takes(command, '--market')),
    )
    .map(({ name }) => name);

it('every command calls a market --market; those that said --exchange still read it', async () => {
  const program = await makeProgram();
  expect(otherWords(program)).toEqual([]);
  const older = [...commandsOf(program)].filter(({ command }) => takes(command, '--exchange')).map(({ name }) => name);
  expect(older).toEqual(['backfill', 'fetch', 'calendar']);
});

it('a command that shows the older word, or knows it alone, is found', () => {
  const program = new Command('aion');
  program
    .command('good')
    .option(...MARKET_OPTION)
    .addOption(olderMarketOption());
  program
    .command('shows')
    .option(...MARKET_OPTION)
    .option('--exchange <name>', 'NSE or US');
  program.command('all').command('alone').addOption(olderMarketOption());
  expect(otherWords(program)).toEqual(['shows', 'all alone']);
});
