import type { Command } from 'commander';
import { listDisagreements } from '@aion/market/sources';
import { describeSource, openSources } from '@aion/runtime/sources';
import { print, withHome } from '../session.ts';

/** Of each exchange, the newest. */
const SHOWN = 20;

export function addSourcesCommand(program: Command): void {
  program
    .command('sources')
    .description('each source of data: on or off and why, what it costs without it, limits, terms, state')
    .option('--json', 'print as JSON', false)
    .action(async (options: { json: boolean }) => {
      const { sources, disagreements } = await withHome(async (embedded) => ({
        sources: (await openSources(embedded)).status(),
        disagreements: [
          ...(await listDisagreements(embedded.items, 'NSE', SHOWN)),
          ...(await listDisagreements(embedded.items, 'US', SHOWN)),
        ],
      }));
      print(options, { sources, disagreements }, () => {
        const list = sources
          .map((source) => {
            const shown = source.redistributable ? 'may be shown' : 'not to be shown';
            return [
              `  ${source.on ? '✓' : '–'}  ${source.name.padEnd(13)} ${source.title}: ${source.kinds.join(', ')} (${source.exchanges.join(', ')})`,
              `       ${describeSource(source)}`,
              `       ${shown}; ${source.licence}`,
            ].join('\n');
          })
          .join('\n');
        if (disagreements.length === 0) return list;
        return [
          list,
          'Sessions on which they disagreed',
          ...disagreements.map(({ message }) => `  !  ${message}`),
        ].join('\n');
      });
    });
}
