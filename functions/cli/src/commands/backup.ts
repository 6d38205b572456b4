import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { backUp, loadConfig, restore } from '@aion/runtime';
import { count, fromCaller, print, say, withHome } from '../session.ts';

export function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .description("copy the whole state to a new folder, signed with the operator's key; safe while the product runs")
    .argument('<folder>', 'a folder that does not exist yet')
    .option('--encrypt', "encrypt it with the operator's key", false)
    .option('--json', 'print as JSON', false)
    .action(async (folder: string, options: { encrypt: boolean; json: boolean }) => {
      const report = await withHome((embedded) => backUp(embedded, fromCaller(folder), options));
      if (report.madeKey !== null)
        say(
          `The key that signs backups was made: ${report.madeKey}. Keep a copy of it elsewhere, apart from the backups.`,
        );
      print(
        options,
        report,
        () =>
          `${count(report.files)} files, ${(report.bytes / 1e6).toFixed(1)} MB copied to ${folder}${report.encrypted ? ', encrypted' : '; it holds keys in the clear: keep it safe'}`,
      );
    });
  program
    .command('restore')
    .description(
      'check a backup and put it in the place of the home, which is kept beside it; the kill switch stays as strict as it is, all sessions end',
    )
    .argument('<folder>', 'a folder that `aion backup` wrote')
    .option('--yes', 'take the differences in accounts, flags and settings without being asked', false)
    .option('--unsigned', 'take a backup that no key signed, or another key', false)
    .option('--json', 'print as JSON', false)
    .action(async (folder: string, options: { yes: boolean; unsigned: boolean; json: boolean }) => {
      const report = await restore(fromCaller(folder), loadConfig(process.env, process.cwd()), {
        unsigned: options.unsigned,
        confirm: (differences) => confirm(differences, options.yes),
      });
      if (!report.signed) say('This backup was not signed with your key: look at the administrators and the settings.');
      print(options, report, () =>
        [
          `${count(report.files)} files restored${report.keptAs === null ? '' : `; what was there is kept in ${report.keptAs}`}.`,
          `All sessions have ended. The kill switch is ${report.killActive ? 'ON' : 'off'}.`,
        ].join('\n'),
      );
    });
}

/** Shows the differences; asks on a terminal unless `--yes` was given, and takes anything else for no. */
async function confirm(differences: readonly string[], yes: boolean): Promise<boolean> {
  say('After the restore:');
  for (const line of differences) say(`  ${line}`);
  if (yes) return true;
  if (process.stdin.isTTY !== true) return false;
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await asked.question('Restore it? [y/N] ')).trim());
  } finally {
    asked.close();
  }
}
