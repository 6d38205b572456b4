import type { Command } from 'commander';
import { AppError, fromEpochDay, type Exchange } from '@aion/core';
import { loadIdentity } from '@aion/market';
import { makeLakeReader, newestFullSession, readPanel } from '@aion/pipeline';
import { OPERATOR } from '@aion/jobs';
import { decideRename } from '@aion/jobs/renames';
import { MARKET_OPTION, print, withHome } from '../session.ts';

interface RenameOptions {
  readonly why: string;
  readonly market: Exchange;
  readonly json: boolean;
}

/** Shares that trade under another symbol since: which were joined and by what evidence; confirm or reject by hand. */
export function addRenamesCommand(program: Command): void {
  const renames = program.command('renames').description('changes of symbol: what was joined, and why');
  renames
    .command('list')
    .description('changes that join stored series, and decisions made by hand')
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (options: { market: Exchange; json: boolean }) => {
      const { market } = options;
      const { joined, refused, decisions } = await withHome(async (embedded) => {
        const choice = await newestFullSession(embedded.ingest, market);
        if (choice === undefined) throw new AppError('missing_data', 'no bars are stored yet; import some first');
        const panel = await readPanel(makeLakeReader(embedded.ingest, market, false), choice.sessionDate);
        const identity = await loadIdentity(embedded.ingest, market);
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
      .option(...MARKET_OPTION)
      .option('--json', 'print as JSON', false)
      .action(async (from: string, to: string, date: string, options: RenameOptions) => {
        const asked = { from, to, sessionDate: date, decision, why: options.why, actor: OPERATOR };
        const decided = await withHome((embedded) => decideRename(embedded, { ...asked, exchange: options.market }));
        const rename = { from: decided.from, to: decided.to, fromDay: decided.fromDay, evidence: decided.evidence };
        print(
          options,
          { ...rename, decision },
          () => `${decision}: ${rename.from} → ${rename.to}; the next run takes it into account`,
        );
      });
  }
}
