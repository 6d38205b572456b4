import type { Command } from 'commander';
import { AppError, fromEpochDay, SessionDate, toIso, type Exchange } from '@aion/core';
import { type CorporateAction, ActionKind, actionsAsOf, auditDaily, loadActionLog, loadCalendar } from '@aion/market';
import { makeLakeReader, newestFullSession, readPanel } from '@aion/pipeline';
import { OPERATOR } from '@aion/jobs';
import { changeAction } from '@aion/jobs/actions';
import type { Embedded } from '@aion/runtime';
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
    .action(async (options: { symbol?: string; asOf?: string; market: string; json: boolean }) => {
      const market = marketOf(options);
      const asOfMs = options.asOf === undefined ? Infinity : timeOf(options.asOf);
      const { log, refuted } = await withHome(async (embedded) => ({
        log: await loadActionLog(embedded.ingest, market),
        refuted: await refutedIn(embedded, market),
      }));
      const symbol = options.symbol?.toUpperCase();
      const rows = actionsAsOf(log, asOfMs)
        .filter((action) => symbol === undefined || action.symbol === symbol)
        .map((action) => ({ action, contradiction: refuted.get(keyOf(action)) }));
      const json = rows.map(({ action, contradiction }) => ({
        ...asJson(action),
        ...(contradiction === undefined ? {} : { notApplied: contradiction }),
      }));
      print(options, { actions: json }, () =>
        rows.length === 0
          ? 'no actions'
          : rows
              .map(({ action, contradiction }) =>
                contradiction === undefined ? asLine(action) : `${asLine(action)}  NOT APPLIED: ${contradiction}`,
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
    .action(async (options: { symbol?: string; market: string; json: boolean }) => {
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
    .action(async (options: { symbol?: string; market: string; json: boolean }) => {
      const market = marketOf(options);
      const proposals = (await proposalsOfLake(market)).filter(
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
        options: { why: string; market: string; json: boolean },
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

const keyOf = ({ symbol, exDay, kind, value }: CorporateAction): string => `${symbol} ${exDay} ${kind} ${value}`;

/** What speaks against the actions that the stored prices contradict, by the action. */
async function refutedIn(embedded: Embedded, market: Exchange): Promise<ReadonlyMap<string, string>> {
  const choice = await newestFullSession(embedded.ingest, market);
  if (choice === undefined) return new Map();
  const { refuted } = await readPanel(makeLakeReader(embedded.ingest, market, false), choice.sessionDate);
  return new Map(refuted.map(({ action, message }) => [keyOf(action), message]));
}

async function proposalsOfLake(market: Exchange) {
  return withHome(async (embedded) => {
    const choice = await newestFullSession(embedded.ingest, market);
    if (choice === undefined) throw new AppError('missing_data', 'no bars are stored yet; import some first');
    const panel = await readPanel(makeLakeReader(embedded.ingest, market, false), choice.sessionDate);
    const { actions, accepted, sessionDay } = panel;
    const calendar = loadCalendar(market);
    return auditDaily(panel.daily, { calendar, actions, accepted, asOfDay: sessionDay }).proposals;
  });
}

const asJson = ({ exDay, ...action }: CorporateAction) => ({ ...action, exDate: fromEpochDay(exDay) });

const asLine = ({ symbol, exDay, kind, value }: CorporateAction): string =>
  `${symbol.padEnd(12)} ${fromEpochDay(exDay)}  ${kind.padEnd(18)} ${value}`;
