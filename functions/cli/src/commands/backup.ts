import type { Command } from 'commander';
import { backUp, loadConfig, restore } from '@aion/runtime';
import { count, fromCaller, print, withHome } from '../session.ts';

export function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .description('copy the whole state to a new folder, with hashes; safe while the product runs')
    .argument('<folder>', 'a folder that does not exist yet')
    .option('--json', 'print as JSON', false)
    .action(async (folder: string, options: { json: boolean }) => {
      const report = await withHome((embedded) => backUp(embedded, fromCaller(folder)));
      print(
        options,
        report,
        () => `${count(report.files)} files, ${(report.bytes / 1e6).toFixed(1)} MB copied to ${folder}`,
      );
    });
  program
    .command('restore')
    .description('check a backup and put it in the place of the home; the home that was there is kept beside it')
    .argument('<folder>', 'a folder that `aion backup` wrote')
    .option('--json', 'print as JSON', false)
    .action(async (folder: string, options: { json: boolean }) => {
      const { home } = loadConfig(process.env, process.cwd());
      const report = restore(fromCaller(folder), home);
      print(
        options,
        report,
        () =>
          `${count(report.files)} files restored${report.keptAs === null ? '' : `; what was there is kept in ${report.keptAs}`}`,
      );
    });
}
