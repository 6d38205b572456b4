import type { Command } from 'commander';
import { AppError, toIso } from '@aion/core';
import { listFlags, parseFlag, setFlag } from '@aion/trading';
import { nameOf, OPERATOR } from '@aion/jobs';
import { print, STAGE_OPTION, withState } from '../session.ts';

interface FlagOptions {
  readonly reason?: string;
  readonly stage?: string;
  readonly json: boolean;
}

/** Feature flags: what an operator may switch off without a deployment. Each change is kept with its reason. */
export function addFlagCommand(program: Command): void {
  program
    .command('flag')
    .description('list the feature flags, or switch one; each change is kept with its reason')
    .argument('<action>', 'list or set')
    .argument('[name]', 'of the flag to set')
    .argument('[state]', 'on or off')
    .option('--reason <text>', 'why; kept in the audit')
    .option(...STAGE_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (action: string, name: string | undefined, state: string | undefined, options: FlagOptions) => {
      if (action === 'set') {
        const flag = parseFlag(name ?? '');
        if (state !== 'on' && state !== 'off')
          throw new AppError('bad_input', `expected on or off, found "${state ?? ''}"`);
        const reason = (options.reason ?? '').trim();
        if (reason.length < 3)
          throw new AppError('bad_input', 'switching a flag needs --reason "…": it is kept in the audit');
        await withState(options.stage, ({ items, clock }) =>
          setFlag(items, clock, flag, { on: state === 'on', reason, by: nameOf(OPERATOR) }),
        );
      } else if (action !== 'list') throw new AppError('bad_input', `expected list or set, found "${action}"`);
      const flags = await withState(options.stage, ({ items }) => listFlags(items));
      print(options, { flags }, () =>
        flags
          .map(({ name: flag, on, title, changed }) => {
            const since = changed === null ? '' : ` (${toIso(changed.atMs)}, ${changed.by}: ${changed.reason})`;
            return `${on ? 'on ' : 'OFF'}  ${flag.padEnd(16)} ${title}${since}`;
          })
          .join('\n'),
      );
    });
}
