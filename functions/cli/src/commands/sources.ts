import type { Command } from 'commander';
import { describeSource, openSources } from '@aion/runtime/sources/index';
import { print, withHome } from '../session.ts';

export function addSourcesCommand(program: Command): void {
  program
    .command('sources')
    .description('each source of data: on or off and why, what it costs without it, limits, terms, state')
    .option('--json', 'print as JSON', false)
    .action(async (options: { json: boolean }) => {
      const sources = await withHome(async (embedded) => (await openSources(embedded)).status());
      print(options, { sources }, () =>
        sources
          .map((source) => {
            const shown = source.redistributable ? 'may be shown' : 'not to be shown';
            return [
              `  ${source.on ? '✓' : '–'}  ${source.name.padEnd(13)} ${source.title}: ${source.kinds.join(', ')} (${source.exchanges.join(', ')})`,
              `       ${describeSource(source)}`,
              `       ${shown}; ${source.licence}`,
            ].join('\n');
          })
          .join('\n'),
      );
    });
}
