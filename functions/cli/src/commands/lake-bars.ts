import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { type Exchange, AppError, SessionDate, toEpochDay, toIso } from '@aion/core';
import { loadCalendar, SERIES_NAMES, seriesPlace, type SeriesName } from '@aion/market';
import { exportBars, loadBars, originsOf, queryHome } from '@aion/runtime';
import { count, fromCaller, print, say, withHome } from '../session.ts';

/** The commands of `aion lake` that look at bars: export, origin, query. */
export function addLakeBarCommands(sub: (name: string, description: string) => Command): void {
  addExport(sub);
  addOrigin(sub);
  addQuery(sub);
}

export function dayOf(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (!SessionDate.safeParse(text).success)
    throw new AppError('bad_input', `${option} needs YYYY-MM-DD, found "${text}"`);
  return toEpochDay(text);
}

export function numberOf(text: string, option: string, low: number, high: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high)
    throw new AppError('bad_input', `${option} needs a whole number from ${low} to ${high}, found "${text}"`);
  return value;
}

const TIMEFRAMES = SERIES_NAMES.filter((name) => seriesPlace(name).folder === 'bars');

function seriesOfTimeframe(timeframe: string, isIndex: boolean): SeriesName {
  const found = SERIES_NAMES.find((name) => {
    const place = seriesPlace(name);
    return place.timeframe === timeframe && (place.folder === 'index') === isIndex;
  });
  if (found !== undefined) return found;
  const known = TIMEFRAMES.map((name) => seriesPlace(name).timeframe).join(', ');
  throw new AppError('bad_input', `"${timeframe}" is no timeframe that is stored; expected one of ${known}`);
}

interface RangeOptions {
  readonly market: Exchange;
  readonly json: boolean;
  readonly symbol?: string;
  readonly date?: string;
  readonly from?: string;
  readonly to?: string;
  readonly timeframe: string;
  readonly index: boolean;
  readonly adjusted?: boolean;
}

function requestOf(options: RangeOptions) {
  loadCalendar(options.market);
  const date = dayOf(options.date, '--date');
  if (date !== undefined && (options.from !== undefined || options.to !== undefined))
    throw new AppError('bad_input', 'give --date, or --from and --to, not both');
  if (date === undefined && options.symbol === undefined)
    throw new AppError('bad_input', 'give --symbol NAME, --date YYYY-MM-DD, or both');
  const [fromDay, toDay] = [date ?? dayOf(options.from, '--from'), date ?? dayOf(options.to, '--to')];
  if (fromDay !== undefined && toDay !== undefined && fromDay > toDay)
    throw new AppError('bad_input', `--from ${options.from} is after --to ${options.to}; swap them`);
  return {
    market: options.market,
    series: seriesOfTimeframe(options.timeframe, options.index),
    adjusted: options.adjusted ?? false,
    ...(options.symbol === undefined ? {} : { symbol: options.symbol.toUpperCase() }),
    ...(fromDay === undefined ? {} : { fromDay }),
    ...(toDay === undefined ? {} : { toDay }),
  };
}

const withRange = (command: Command): Command =>
  command
    .option('--symbol <symbol>', 'as on the exchange, e.g. RELIANCE')
    .option('--date <YYYY-MM-DD>', 'one session, of all symbols unless --symbol is given')
    .option('--from <YYYY-MM-DD>', 'first session')
    .option('--to <YYYY-MM-DD>', 'last session')
    .option('--timeframe <timeframe>', '1d, 1h, 5m or 1m', '1d')
    .option('--index', 'the index series, such as NIFTY50', false);

function addExport(sub: (name: string, description: string) => Command): void {
  withRange(sub('export', 'write the bars of a symbol or of a day to a .csv or .parquet file'))
    .option('--adjusted', 'adjust for splits, bonuses and demergers known now', false)
    .requiredOption('--out <file>', 'a file that ends in .csv or .parquet')
    .action(async (options: RangeOptions & { out: string }) => {
      const request = requestOf(options);
      const out = fromCaller(options.out);
      requirePlace(out);
      const written = await withHome((embedded) => exportBars(embedded, request, out));
      print(options, { ...written, file: options.out }, () => `${count(written.rows)} bars written to ${options.out}`);
    });
}

/** Throws AppError(bad_input) where no file can come to lie: a folder that is not there, or is one itself. */
function requirePlace(path: string): void {
  const kindOf = (place: string) => statSync(place, { throwIfNoEntry: false });
  if (kindOf(dirname(path))?.isDirectory() !== true)
    throw new AppError(
      'bad_input',
      `--out ${path}: there is no folder ${dirname(path)}; make it first, or give another`,
    );
  if (kindOf(path)?.isDirectory() === true)
    throw new AppError('bad_input', `--out ${path} is a folder; give the name of a file in it`);
}

function addOrigin(sub: (name: string, description: string) => Command): void {
  withRange(sub('origin', 'where bars came from: the sources and files of a symbol, a day, or one bar')).action(
    async (options: RangeOptions) => {
      const request = requestOf(options);
      const origins = await withHome(async (embedded) =>
        originsOf(embedded, options.market, await loadBars(embedded, request)),
      );
      print(options, { origins }, () =>
        origins.length === 0
          ? 'these bars were stored before origins were kept; import their files again to have them'
          : origins
              .map(
                (one) =>
                  `${one.id}  ${count(one.bars).padStart(9)} bars  ${one.source}  ${one.name}  ` +
                  `${one.importedMs === null || one.importedMs === 0 ? '' : `imported ${toIso(one.importedMs)}`}  sha256 ${one.sha256.slice(0, 16)}`,
              )
              .join('\n'),
      );
    },
  );
}

function addQuery(sub: (name: string, description: string) => Command): void {
  sub('query', 'one SELECT over the views daily, hourly, five_minute, minute, index, index_hourly; read-only')
    .argument('<sql>', `such as "SELECT symbol, max(close) FROM daily GROUP BY 1 ORDER BY 2 DESC LIMIT 5"`)
    .option('--max-rows <n>', 'cut the answer after so many rows', '1000')
    .action(async (sql: string, options: { market: Exchange; json: boolean; maxRows: string }) => {
      const maxRows = numberOf(options.maxRows, '--max-rows', 1, 1_000_000);
      loadCalendar(options.market);
      const answer = await withHome((embedded) => queryHome(embedded, sql, { market: options.market, maxRows }));
      if (answer.archived.length > 0) say(`left out, because archived: ${answer.archived.join(', ')}`);
      print(options, answer, () =>
        [
          answer.columns.join('\t'),
          ...answer.rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell))).join('\t')),
          ...(answer.cut ? [`… more than ${maxRows} rows; --max-rows takes more`] : []),
        ].join('\n'),
      );
    });
}
