import type { Command } from 'commander';
import { AppError, toIso } from '@aion/core';
import { KILL_EFFECT, loadKill, setKill } from '@aion/trading';
import { print, withHome } from '../session.ts';

export function addKillCommand(program: Command): void {
  program
    .command('kill')
    .description('show the kill switch, or turn it on or off')
    .argument('[state]', 'on or off; nothing shows it')
    .option('--reason <text>', 'why; kept in the audit')
    .option('--json', 'print as JSON', false)
    .action(async (state: string | undefined, options: { reason?: string; json: boolean }) => {
      if (state !== undefined && state !== 'on' && state !== 'off')
        throw new AppError('bad_input', `expected on or off, found "${state}"`);
      if (state !== undefined && (options.reason ?? '').trim().length < 3)
        throw new AppError('bad_input', 'turning the switch needs --reason "…": it is kept in the audit');
      const kill = await withHome((embedded) =>
        state === undefined
          ? loadKill(embedded.items)
          : setKill(embedded.items, embedded.clock, {
              active: state === 'on',
              reason: options.reason!.trim(),
              by: 'command line',
            }),
      );
      print(options, { ...kill, effect: KILL_EFFECT }, () => {
        const since = kill.atMs === null ? '' : `, since ${toIso(kill.atMs)} by ${kill.by}: ${kill.reason}`;
        return `The kill switch is ${kill.active ? 'ON' : 'off'}${since}. ${KILL_EFFECT}`;
      });
    });
}
