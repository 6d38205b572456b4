import type { Command } from 'commander';
import { AppError, fromEpochDay, SessionDate, toIso } from '@aion/core';
import { type BarRequest, SOURCE_NAMES, type SourceExchange, type SourceName } from '@aion/market/sources/index';
import {
  fetchActions,
  fetchDaily,
  fetchIntraday,
  openSources,
  storeFetched,
  todayAt,
} from '@aion/runtime/sources/index';
import { count, print, say, withHome } from '../session.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly timeframe: string;
  readonly exchange: string;
  readonly kind: string;
  readonly source?: string;
  readonly store: boolean;
  readonly json: boolean;
}

const MINUTES: Readonly<Record<string, number>> = { '1h': 60, '5m': 5, '1m': 1 };
const DEFAULT_DAYS: Readonly<Record<string, number>> = { '1d': 365, '1h': 30, '5m': 7, '1m': 3 };

export function addFetchCommand(program: Command): void {
  program
    .command('fetch')
    .description('ask the sources for bars or corporate actions of single symbols, and compare what they say')
    .argument('<symbols...>', 'as on the exchange, e.g. RELIANCE')
    .option('--from <YYYY-MM-DD>', 'first day')
    .option('--to <YYYY-MM-DD>', 'last day (default: today)')
    .option('--timeframe <name>', '1d, 1h, 5m or 1m', '1d')
    .option('--exchange <name>', 'NSE or US', 'NSE')
    .option('--kind <name>', 'bars or actions', 'bars')
    .option('--source <name>', `ask this one only (${SOURCE_NAMES.join(', ')})`)
    .option('--store', 'store raw daily bars through the importer; adjusted ones are refused', false)
    .option('--json', 'print as JSON', false)
    .action(async (symbols: string[], options: Options) => {
      const exchange = oneOf('exchange', options.exchange.toUpperCase(), ['NSE', 'US']) as SourceExchange;
      const kind = oneOf('kind', options.kind, ['bars', 'actions']);
      const timeframe = oneOf('timeframe', options.timeframe, Object.keys(DEFAULT_DAYS));
      const only =
        options.source === undefined ? {} : { only: oneOf('source', options.source, SOURCE_NAMES) as SourceName };
      if (options.store && (kind !== 'bars' || timeframe !== '1d')) {
        throw new AppError('bad_input', '--store takes daily bars only; leave out --kind and --timeframe');
      }
      const results = await withHome(async (embedded) => {
        const sources = await openSources(embedded);
        const ports = { ingest: embedded.ingest, policy: embedded.config.sources, sources };
        const today = todayAt(exchange, embedded.clock.nowMs());
        const to = dateOf('to', options.to) ?? fromEpochDay(today);
        const from = dateOf('from', options.from) ?? fromEpochDay(today - DEFAULT_DAYS[timeframe]!);
        const found = [];
        try {
          for (const given of symbols) {
            const symbol = given.toUpperCase();
            say(`${symbol} …`, { transient: true });
            const request: BarRequest = { symbol, exchange, from, to };
            if (kind === 'actions') {
              const { answers, failures } = await fetchActions(ports, request, only);
              const list = answers.map(({ source, answer }) => ({
                source,
                actions: answer.actions.map(({ exDay, ...action }) => ({ ...action, exDate: fromEpochDay(exDay) })),
                rejected: answer.rejected,
              }));
              found.push({ symbol, answers: list, failures, issues: [], stored: null });
            } else if (timeframe === '1d') {
              const { answers, failures, quorum } = await fetchDaily(ports, request, only);
              const stored = options.store ? await storeFirst(answers) : null;
              const list = answers.map((answer) => ({
                source: answer.source,
                adjustment: answer.adjustment,
                bars: answer.bars.sessionDay.length,
                rejected: answer.rejected,
                provenance: answer.provenance,
              }));
              const newest = quorum.chosen.at(-1);
              const last =
                newest === undefined
                  ? null
                  : {
                      date: fromEpochDay(newest.day),
                      close: quorum.bars.close.at(-1)!,
                      source: newest.source,
                      chosenBy: newest.chosenBy,
                    };
              found.push({
                symbol,
                basis: quorum.basis,
                sessions: quorum.chosen.length,
                last,
                answers: list,
                failures,
                issues: quorum.issues,
                stored,
              });
            } else {
              const { answers, failures } = await fetchIntraday(
                ports,
                { ...request, barMinutes: MINUTES[timeframe]! },
                only,
              );
              const list = answers.map(({ source, answer }) => ({
                source,
                adjustment: answer.adjustment,
                bars: answer.bars.openTimeMs.length,
                first: answer.bars.openTimeMs.length === 0 ? null : toIso(answer.bars.openTimeMs[0]!),
                last: answer.bars.openTimeMs.length === 0 ? null : toIso(answer.bars.openTimeMs.at(-1)!),
                rejected: answer.rejected,
              }));
              found.push({ symbol, answers: list, failures, issues: [], stored: null });
            }
          }
        } finally {
          await sources.save();
        }
        return found;

        async function storeFirst(answers: Awaited<ReturnType<typeof fetchDaily>>['answers']) {
          const raw = answers.find(({ adjustment }) => adjustment === 'none') ?? answers[0];
          if (raw === undefined) return null;
          const report = await storeFetched(embedded.ingest, raw);
          return { source: raw.source, rows: report.rows, stored: report.stored, quarantined: report.quarantined };
        }
      });
      say('', { transient: true });
      print(options, { exchange, results }, () => results.map((result) => describe(result)).join('\n'));
      if (results.every(({ answers }) => answers.length === 0)) process.exitCode = 3;
    });
}

function oneOf(name: string, value: string, known: readonly string[]): string {
  if (known.includes(value)) return value;
  throw new AppError('bad_input', `--${name} ${value}: known are ${known.join(', ')}`);
}

function dateOf(name: string, value: string | undefined): string | undefined {
  if (value === undefined || SessionDate.safeParse(value).success) return value;
  throw new AppError('bad_input', `--${name} needs YYYY-MM-DD, found "${value}"`);
}

interface Described {
  readonly symbol: string;
  readonly sessions?: number;
  readonly last?: {
    readonly date: string;
    readonly close: number;
    readonly source: string;
    readonly chosenBy: string;
  } | null;
  readonly answers: readonly {
    readonly source: string;
    readonly bars?: number;
    readonly actions?: readonly unknown[];
    readonly rejected: readonly unknown[];
  }[];
  readonly failures: readonly { readonly source: string; readonly message: string }[];
  readonly issues: readonly { readonly message: string }[];
  readonly stored: { readonly source: string; readonly stored: number } | null;
}

function describe({ symbol, sessions, last, answers, failures, issues, stored }: Described): string {
  const lines = [sessions === undefined ? symbol : `${symbol}: ${count(sessions)} sessions`];
  for (const { source, bars, actions, rejected } of answers) {
    const aside = rejected.length === 0 ? '' : `, ${rejected.length} set aside`;
    lines.push(
      `  ✓  ${source}: ${bars === undefined ? `${actions?.length ?? 0} actions` : `${count(bars)} bars`}${aside}`,
    );
  }
  for (const { source, message } of failures) lines.push(`  –  ${source}: ${message}`);
  for (const { message } of issues.slice(0, 10)) lines.push(`  !  ${message}`);
  if (issues.length > 10) lines.push(`  !  and ${issues.length - 10} more disagreements`);
  if (last !== undefined && last !== null)
    lines.push(`     last close ${last.close} on ${last.date} (${last.source}, ${last.chosenBy})`);
  if (stored !== null) lines.push(`     ${count(stored.stored)} rows of ${stored.source} stored`);
  return lines.join('\n');
}
