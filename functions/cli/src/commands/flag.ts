import type { Command } from 'commander';
import { AppError, toIso } from '@aion/core';
import { listFlags } from '@aion/trading';
import { OPERATOR } from '@aion/jobs';
import { switchFlag } from '@aion/jobs/flags';
import { print, STAGE_OPTION, whyFrom, withState } from '../session.ts';

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
        if (state !== 'on' && state !== 'off')
          throw new AppError('bad_input', `expected on or off, found "${state ?? ''}"`);
        const decision = { flag: name ?? '', on: state === 'on', why: whyFrom(options.reason), actor: OPERATOR };
        await withState(options.stage, (open) => switchFlag(open, decision));
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
