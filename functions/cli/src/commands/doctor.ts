import type { Command } from 'commander';
import { diagnose, type Check } from '@aion/runtime';
import { print, withHome } from '../session.ts';

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('every setting with its origin, and whether each part works; exit 1 when one does not')
    .option('--json', 'print as JSON', false)
    .action(async (options: { json: boolean }) => {
      const report = await withHome(diagnose);
      print(options, report, () => {
        const settings = report.settings.map(
          (setting) =>
            `  ${setting.name.padEnd(20)} ${JSON.stringify(setting.value)}  (${setting.origin}${setting.origin === 'default' ? '' : `: ${setting.from}`}) ${setting.describes}`,
        );
        const checks = report.checks.map((check) => `  ${signOf(check)}  ${check.name}: ${check.detail}`);
        return [`Node ${process.version}, home ${report.home}`, 'Settings', ...settings, 'Checks', ...checks].join(
          '\n',
        );
      });
      if (report.checks.some((check) => !check.ok)) process.exitCode = 1;
    });
}

const signOf = ({ ok, off = false }: Check): string => (off ? '–' : ok ? '✓' : '✗');
