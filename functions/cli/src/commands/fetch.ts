import type { Command } from 'commander';
import { type Exchange, AppError, fromEpochDay, SessionDate, toEpochDay } from '@aion/core';
import type { RecordKind } from '@aion/market/records';
import { EXCHANGE_FACTS, instantOf, SOURCE_NAMES, type SourceName } from '@aion/market/sources';
import { loadConfig, setAsideSimulated } from '@aion/runtime';
import { importRecordFile, openSources } from '@aion/runtime/sources';
import { fetchBarsOf, todayAt, type BarsResult } from '@aion/jobs/sources';
import { fromCaller, MARKET_OPTION, marketOf, olderMarketOption, print, say, withHome } from '../session.ts';
import { describeBars, hasFailed } from './fetch-bars.ts';
import { describeFile, describeFlags, describeRecords, fetchFlagsOf, fetchRecordsOf } from './fetch-records.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly timeframe: string;
  readonly market: Exchange;
  readonly exchange?: string;
  readonly kind: string;
  readonly source?: string;
  readonly file?: string;
  readonly store: boolean;
  readonly json: boolean;
}

const DEFAULT_DAYS: Readonly<Record<string, number>> = { '1d': 365, '1h': 30, '5m': 7, '1m': 3 };
const RECORDS: Readonly<Record<string, Exclude<RecordKind, 'flag'>>> = {
  news: 'news',
  ratings: 'rating',
  economics: 'economic_event',
  social: 'social',
  macro: 'macro',
  fundamentals: 'fundamental',
  insider: 'insider_trade',
  options: 'option_chain',
};
const RECORD_DAYS = 7;
const KINDS = ['bars', 'actions', ...Object.keys(RECORDS), 'flags'];

export function addFetchCommand(program: Command): void {
  program
    .command('fetch')
    .description('ask the sources for bars or actions (compared, not stored) or for news and other records (stored)')
    .argument('[symbols...]', 'as on the exchange, e.g. RELIANCE; series for macro, e.g. DGS10')
    .option('--kind <name>', KINDS.join(', '), 'bars')
    .option('--from <YYYY-MM-DD>', 'first day')
    .option('--to <YYYY-MM-DD>', 'last day (default: today)')
    .option('--timeframe <name>', 'of bars: 1d, 1h, 5m or 1m', '1d')
    .option(...MARKET_OPTION)
    .addOption(olderMarketOption())
    .option('--source <name>', `ask this one only (${SOURCE_NAMES.join(', ')})`)
    .option('--store', 'store actions, or raw daily bars through the importer (adjusted ones are refused)', false)
    .option('--file <path>', 'take macro series or posts from a file (series,date,value or symbol,datetime_utc,text)')
    .option('--json', 'print as JSON', false)
    .action(async (symbols: string[], options: Options) => {
      if (options.file !== undefined) return fetchFile(options.file, options);
      const exchange = marketOf(options);
      const kind = oneOf('kind', options.kind, KINDS);
      const timeframe = oneOf('timeframe', options.timeframe, Object.keys(DEFAULT_DAYS));
      const only =
        options.source === undefined ? undefined : (oneOf('source', options.source, SOURCE_NAMES) as SourceName);
      const record = RECORDS[kind];
      if (options.store && !(kind === 'actions' || (kind === 'bars' && timeframe === '1d'))) {
        throw new AppError(
          'bad_input',
          '--store takes daily bars or actions; the other kinds of bars are not stored, records always are',
        );
      }
      if (symbols.length === 0 && (kind === 'bars' || kind === 'actions')) {
        throw new AppError('bad_input', `give at least one symbol, e.g. aion fetch RELIANCE --kind ${kind}`);
      }
      if (options.store) {
        const kept = await setAsideSimulated(loadConfig(process.env, process.cwd()));
        if (kept !== null)
          say(`The home held the SIMULATED market; it is kept in ${kept}, and real data start afresh.`);
      }
      const wanted = symbols.map((symbol) => symbol.toUpperCase());
      await withHome(async (embedded) => {
        const sources = await openSources(embedded);
        const nowMs = embedded.clock.nowMs();
        const today = todayAt(exchange, nowMs);
        const to = dateOf('to', options.to) ?? fromEpochDay(today);
        const days = record === undefined ? DEFAULT_DAYS[timeframe]! : RECORD_DAYS;
        const from = dateOf('from', options.from) ?? fromEpochDay(today - days);
        try {
          if (kind === 'flags') {
            const report = await fetchFlagsOf(embedded, sources, to);
            print(options, report, () => describeFlags(report));
          } else if (record !== undefined) {
            const { timeZone } = EXCHANGE_FACTS[exchange];
            const fromMs = Math.max(0, instantOf(toEpochDay(from), 0, timeZone));
            const toMs = Math.min(nowMs, instantOf(toEpochDay(to) + 1, 0, timeZone) - 1);
            const report = await fetchRecordsOf(
              embedded,
              sources,
              { kind: record, exchange, symbols: wanted, fromMs, toMs },
              only,
            );
            print(options, report, () => describeRecords(kind, report));
            if (report.answers.length === 0) process.exitCode = 3;
          } else {
            const request = { exchange, from, to, timeframe, actions: kind === 'actions', store: options.store };
            const results = await fetchBarsOf(embedded, sources, wanted, request, {
              ...(only === undefined ? {} : { source: only }),
              onSymbol: (symbol) => say(`${symbol} …`, { transient: true }),
            });
            say('', { transient: true });
            print(options, { exchange, results }, () => results.map((result) => describeBars(result)).join('\n'));
            process.exitCode = exitCodeOfBars(results);
          }
        } finally {
          await sources.save();
        }
      });
    });
}

/** 1 when any symbol failed; 3 when it is only that no source has any of them. */
export function exitCodeOfBars(results: readonly BarsResult[]): number {
  if (!results.some((result) => hasFailed(result))) return 0;
  return results.every(({ answers, failed }) => failed === undefined && answers.length === 0) ? 3 : 1;
}

async function fetchFile(path: string, options: Options): Promise<void> {
  const reports = await withHome((embedded) => importRecordFile(embedded, fromCaller(path)));
  print(options, { files: reports }, () => reports.map((report) => describeFile(report)).join('\n'));
}

function oneOf(name: string, value: string, known: readonly string[]): string {
  if (known.includes(value)) return value;
  throw new AppError('bad_input', `--${name} ${value}: known are ${known.join(', ')}`);
}

function dateOf(name: string, value: string | undefined): string | undefined {
  if (value === undefined || SessionDate.safeParse(value).success) return value;
  throw new AppError('bad_input', `--${name} needs YYYY-MM-DD, found "${value}"`);
}
