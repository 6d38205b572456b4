import type { Command } from 'commander';
import { AppError } from '@aion/core';
import { listBundles, promoteBundle, rollBackBundle } from '@aion/forecast';
import { print, STAGE_OPTION, withState } from '../session.ts';

interface ModelsOptions {
  readonly stage?: string;
  readonly json: boolean;
}

/** The registry's bundles: which serves, and back to the one before. Runs that are under way end with the bundle they began with. */
export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .description('bundles of the registry: list them, promote one to champion, or roll back to the one before')
    .argument('<action>', 'list, promote or rollback')
    .argument('[version]', 'of the bundle to promote')
    .option(...STAGE_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (action: string, version: string | undefined, options: ModelsOptions) => {
      if (!['list', 'promote', 'rollback'].includes(action))
        throw new AppError('bad_input', `expected list, promote or rollback, found "${action}"`);
      if (action === 'promote' && version === undefined)
        throw new AppError('bad_input', 'promote needs the version of a bundle; `aion models list` has them');
      const found = await withState(options.stage, async (ports) => {
        if (action === 'promote') await promoteBundle(ports, version!);
        if (action === 'rollback') await rollBackBundle(ports);
        return listBundles(ports.items);
      });
      print(options, found, () =>
        found.versions.length === 0
          ? 'no bundle is registered yet'
          : found.versions
              .map((name) => {
                const names = Object.entries(found.aliases).filter(([, at]) => at === name);
                return `${name}  ${names.map(([alias]) => alias).join(', ')}`.trimEnd();
              })
              .join('\n'),
      );
    });
}
