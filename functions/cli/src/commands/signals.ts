import type { Command } from 'commander';
import { isChecked, Tier, type FullSignal } from '@aion/contracts';
import { AppError, toMajor } from '@aion/core';
import { latestList } from '@aion/jobs/signals';
import { print, withHome } from '../session.ts';

export function addSignalsCommand(program: Command): void {
  program
    .command('signals')
    .description('the latest published signals')
    .option('--tier <tier>', 'as this tier sees them: basic, pro or elite', 'elite')
    .option('--limit <n>', 'how many', '20')
    .option('--json', 'print as JSON', false)
    .action(async (options: { tier: string; limit: string; json: boolean }) => {
      const tier = Tier.safeParse(options.tier);
      if (!tier.success) throw new AppError('bad_input', `--tier needs basic, pro or elite, found "${options.tier}"`);
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1)
        throw new AppError('bad_input', `--limit needs a number above 0, found "${options.limit}"`);
      const list = await withHome((embedded) => latestList(embedded, 'NSE', tier.data));
      const shown = { ...list, signals: list.signals.slice(0, limit) };
      print(options, shown, () => {
        const price = (minor: number | undefined): string =>
          (minor === undefined ? '–' : toMajor(minor).toFixed(2)).padStart(11);
        const rows = shown.signals.map((signal) => {
          const { plan } = signal;
          const extra =
            signal.access === 'full'
              ? `${(100 * signal.confidence).toFixed(0).padStart(6)} %  ${readinessWord(signal.readiness)}`
              : '';
          return `${String(signal.rank).padStart(4)}  ${signal.side.padEnd(4)}  ${signal.symbol.padEnd(14)}${price(plan?.entryLowMinor)}${price(plan?.entryHighMinor)}${price(plan?.stopMinor)}${price(plan?.firstTargetMinor)}${extra}`;
        });
        const head = `${list.exchange} ${list.sessionDate} revision ${list.revision} ${list.badges.join(' ')}: ${shown.signals.length} of ${list.total} signals as ${list.tier}`;
        return [
          head,
          'rank  side  symbol           entry from         to       stop     target  model confidence',
          ...rows,
        ].join('\n');
      });
    });
}

function readinessWord(readiness: FullSignal['readiness']): string {
  if (readiness === null) return '';
  return isChecked(readiness) ? readiness.state : 'not checked';
}
