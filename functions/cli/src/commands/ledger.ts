import type { Command } from 'commander';
import { verifyStoredLedger } from '@aion/jobs/ledger';
import { print, withHome } from '../session.ts';

export function addLedgerCommand(program: Command): void {
  const ledger = program.command('ledger').description('the track record');
  ledger
    .command('verify')
    .description('recompute the whole chain and every commitment; exit 5 when something was added, changed or removed')
    .option('--json', 'print as JSON', false)
    .action(async (options: { json: boolean }) => {
      const report = await withHome(verifyStoredLedger);
      print(options, report, () =>
        report.ok
          ? `The record is whole: ${report.entries} entries, ${report.roots} roots, ${report.signalsChecked} signals checked. Head ${report.headHash}`
          : ['THE RECORD DOES NOT HOLD:', ...report.problems.map((problem) => `  ${problem}`)].join('\n'),
      );
      if (!report.ok) process.exitCode = 5;
    });
}
