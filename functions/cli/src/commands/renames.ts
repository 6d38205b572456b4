import type { Command } from 'commander';
import { AppError, fromEpochDay, requireWhy, SessionDate, toEpochDay } from '@aion/core';
import { decideRename, loadIdentity } from '@aion/market';
import { makeLakeReader, newestFullSession, readPanel } from '@aion/pipeline';
import { nameOf, OPERATOR } from '@aion/jobs';
import { print, withHome } from '../session.ts';

const MARKET = 'NSE';

/** Shares that trade under another symbol since: which were joined and by what evidence; confirm or reject by hand. */
export function addRenamesCommand(program: Command): void {
  const renames = program.command('renames').description('changes of symbol: what was joined, and why');
  renames
    .command('list')
    .description('changes that join stored series, and decisions made by hand')
    .option('--json', 'print as JSON', false)
    .action(async (options: { json: boolean }) => {
      const { joined, refused, decisions } = await withHome(async (embedded) => {
        const choice = await newestFullSession(embedded.ingest, MARKET);
        if (choice === undefined) throw new AppError('missing_data', 'no bars are stored yet; import some first');
        const panel = await readPanel(makeLakeReader(embedded.ingest, MARKET, false), choice.sessionDate);
        const identity = await loadIdentity(embedded.ingest, MARKET);
        return { joined: panel.renames, refused: panel.refusedRenames, decisions: identity.decisions };
      });
      const asJson = <T extends { fromDay: number }>({ fromDay, ...rest }: T) => ({
        ...rest,
        since: fromEpochDay(fromDay),
      });
      print(options, { joined: joined.map(asJson), refused, decisions: decisions.map(asJson) }, () =>
        [
          ...joined.map(
            ({ from, to, fromDay, evidence }) =>
              `${from.padEnd(12)} → ${to.padEnd(12)} since ${fromEpochDay(fromDay)}  ${evidence}`,
          ),
          ...refused.map((message) => `refused: ${message}`),
          ...(joined.length + refused.length === 0 ? ['no stored series was joined'] : []),
        ].join('\n'),
      );
    });
  for (const decision of ['confirmed', 'rejected'] as const) {
    renames
      .command(decision === 'confirmed' ? 'confirm' : 'reject')
      .description(decision === 'confirmed' ? 'two symbols are one share' : 'two symbols are two shares')
      .argument('<from>', 'the older symbol')
      .argument('<to>', 'the newer symbol')
      .argument('<date>', 'first session under the newer one, YYYY-MM-DD')
      .requiredOption('--why <text>', 'what was checked; kept')
      .option('--json', 'print as JSON', false)
      .action(async (from: string, to: string, date: string, options: { why: string; json: boolean }) => {
        if (!SessionDate.safeParse(date).success)
          throw new AppError('bad_input', `expected a date as YYYY-MM-DD, found "${date}"`);
        const rename = {
          from: from.toUpperCase(),
          to: to.toUpperCase(),
          fromDay: toEpochDay(date),
          evidence: 'admin' as const,
        };
        await withHome((embedded) =>
          decideRename(embedded.ingest, MARKET, rename, {
            decision,
            by: nameOf(OPERATOR),
            why: requireWhy(options.why),
            decidedMs: embedded.clock.nowMs(),
          }),
        );
        print(
          options,
          { ...rename, decision },
          () => `${decision}: ${rename.from} → ${rename.to}; the next run takes it into account`,
        );
      });
  }
}
