import type { Command } from 'commander';
import { type Exchange, AppError, fromEpochDay, SessionDate, toIso } from '@aion/core';
import { type CorporateAction, ActionKind, loadActionLog } from '@aion/market';
import { OPERATOR } from '@aion/jobs';
import { changeAction, knownActions, proposedActions } from '@aion/jobs/actions';
import { MARKET_OPTION, marketOf, print, withHome } from '../session.ts';

/** Corporate actions: what is known, as of any day; what prices propose; corrections by hand, all kept in the log. */
export function addActionsCommand(program: Command): void {
  const actions = program
    .command('actions')
    .description('corporate actions: known, proposed by prices, corrected by hand');
  actions
    .command('list')
    .description(
      'actions as they were known at an instant; one that the stored prices contradict is not applied, and says so',
    )
    .option('--symbol <symbol>')
    .option('--as-of <time>', 'YYYY-MM-DD or an ISO time; now when not given')
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (options: { symbol?: string; asOf?: string; market: Exchange; json: boolean }) => {
      const market = marketOf(options);
      const asOfMs = options.asOf === undefined ? Infinity : timeOf(options.asOf);
      const known = await withHome((embedded) => knownActions(embedded, market, asOfMs));
      const symbol = options.symbol?.toUpperCase();
      const rows = known.filter(({ action }) => symbol === undefined || action.symbol === symbol);
      const json = rows.map(({ action, contradiction }) => ({
        ...asJson(action),
        ...(contradiction === null ? {} : { notApplied: contradiction }),
      }));
      print(options, { actions: json }, () =>
        rows.length === 0
          ? 'no actions'
          : rows
              .map(({ action, contradiction }) =>
                contradiction === null ? asLine(action) : `${asLine(action)}  NOT APPLIED: ${contradiction}`,
              )
              .join('\n'),
      );
    });
  actions
    .command('log')
    .description('every word that was said about actions, with source, time and reason')
    .option('--symbol <symbol>')
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (options: { symbol?: string; market: Exchange; json: boolean }) => {
      const market = marketOf(options);
      const symbol = options.symbol?.toUpperCase();
      const log = (await withHome((embedded) => loadActionLog(embedded.ingest, market))).filter(
        (entry) => symbol === undefined || entry.symbol === symbol,
      );
      print(options, { entries: log.map((entry) => ({ ...entry, exDate: fromEpochDay(entry.exDay) })) }, () =>
        log.length === 0
          ? 'nothing was said about actions yet'
          : log
              .map((entry) => {
                const who = entry.by === undefined ? entry.source : `${entry.source} (${entry.by}: ${entry.why ?? ''})`;
                return `${toIso(entry.recordedMs)}  ${entry.withdrawn ? 'WITHDRAWN ' : ''}${asLine(entry)}  ${who}`;
              })
              .join('\n'),
      );
    });
  actions
    .command('propose')
    .description('actions that unexplained jumps of stored prices look like, for you to confirm')
    .option('--symbol <symbol>')
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (options: { symbol?: string; market: Exchange; json: boolean }) => {
      const market = marketOf(options);
      const proposals = (await withHome((embedded) => proposedActions(embedded, market))).filter(
        ({ action }) => options.symbol === undefined || action.symbol === options.symbol.toUpperCase(),
      );
      print(options, { proposals: proposals.map(({ action, ...rest }) => ({ ...asJson(action), ...rest })) }, () =>
        proposals.length === 0
          ? 'no jump is unexplained'
          : proposals
              .map(({ action, confidence, evidence }) => `${confidence.padEnd(8)} ${asLine(action)}  ${evidence}`)
              .concat('', 'Confirm one with: aion actions add SYMBOL DATE KIND VALUE --why "…"')
              .join('\n'),
      );
    });
  addChange(actions, 'add', 'write an action down by hand; your word counts before any source');
  addChange(actions, 'withdraw', 'take an action out, whatever sources say; it stays in the log');
}

function addChange(actions: Command, name: 'add' | 'withdraw', description: string): void {
  actions
    .command(name)
    .description(description)
    .argument('<symbol>')
    .argument('<date>', 'ex-date, YYYY-MM-DD')
    .argument('<kind>', ActionKind.options.join(', '))
    .argument('<value>', 'new shares per old share, price factor, or rupees per share')
    .requiredOption('--why <text>', 'the announcement it rests on; kept')
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false)
    .action(
      async (
        symbol: string,
        date: string,
        kind: string,
        value: string,
        options: { why: string; market: Exchange; json: boolean },
      ) => {
        const exchange = marketOf(options);
        const { why } = options;
        const withdraw = name === 'withdraw';
        const { action, changed } = await withHome((embedded) =>
          changeAction(embedded, {
            ...{ exchange, symbol, exDate: date, kind, why, withdraw },
            value: Number(value),
            actor: OPERATOR,
          }),
        );
        print(options, { ...asJson(action), changed }, () =>
          !changed ? 'the log says so already' : `${name === 'add' ? 'written down' : 'taken out'}: ${asLine(action)}`,
        );
      },
    );
}

function timeOf(text: string): number {
  // A day alone means all of it.
  const ms = SessionDate.safeParse(text).success ? Date.parse(text) + 86_400_000 - 1 : Date.parse(text);
  if (Number.isNaN(ms)) throw new AppError('bad_input', `--as-of needs YYYY-MM-DD or an ISO time, found "${text}"`);
  return ms;
}

const asJson = ({ exDay, ...action }: CorporateAction) => ({ ...action, exDate: fromEpochDay(exDay) });

const asLine = ({ symbol, exDay, kind, value }: CorporateAction): string =>
  `${symbol.padEnd(12)} ${fromEpochDay(exDay)}  ${kind.padEnd(18)} ${value}`;
