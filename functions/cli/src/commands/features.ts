import type { Command } from 'commander';
import { type Exchange, AppError, csvCell, fromEpochDay, SessionDate } from '@aion/core';
import { FEATURE_NODES, featuresCsv, readBarsCsv, REFERENCE_NAMES, type FeatureColumn } from '@aion/features';
import { loadCalendar } from '@aion/market';
import { featuresOfSession } from '@aion/jobs/features';
import { readCsvText, requireCsvTarget, writeCsvLines, writeFeaturesOfBars } from '@aion/runtime';
import { count, fromCaller, MARKET_OPTION, marketOf, print, say, withHome } from '../session.ts';

interface FeaturesOptions {
  readonly input?: string;
  readonly columns?: string;
  readonly out?: string;
  readonly set?: string;
  readonly stored: boolean;
  readonly date?: string;
  readonly list: boolean;
  readonly settled: boolean;
  readonly series?: string;
  readonly oldestFirst: boolean;
  readonly market: Exchange;
  readonly json: boolean;
}

const SHOWN_DEFECTS = 5;

export function addFeaturesCommand(program: Command): void {
  program
    .command('features')
    .description('features of any OHLCV file (daily or intraday), one row out per row in; or the list of them')
    .option(
      '--input <file.csv[.gz]>',
      'bars with a header in any case: open, high, low, close, and volume, date or time, symbol where there are',
    )
    .option(
      '--columns <names>',
      'comma-separated: columns (rsi14), groups (macd, smc, ta), own periods (sma37), or all',
      'all',
    )
    .option('--out <file.csv>', 'where the features go; a value that does not exist is an empty cell')
    .option(
      '--settled',
      'the file begins later than the instrument did: leave out values that older bars could change',
      false,
    )
    .option('--series <code>', 'the series of the exchange where the file has several; EQ without it')
    .option('--oldest-first', 'the rows of a file without dates stand oldest first', false)
    .option('--stored', 'of the bars of this home: a row for each share that traded in the session', false)
    .option('--date <YYYY-MM-DD>', 'with --stored: the session, as it was known then; the newest whole one without it')
    .option('--set <folder>', 'with --stored: every bar up to the session, as Parquet files of some shares each')
    .option('--list', 'list the columns with range, warm-up and source', false)
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false)
    .addHelpText(
      'after',
      `
Examples:
  aion features --list
  aion features --input bars.csv --columns rsi14,macd,smc --out features.csv
  aion features --stored --columns ta,smc --out today.csv
  aion features --stored --set features`,
    )
    .action(async (options: FeaturesOptions) => {
      if (options.list) return list(options);
      const { input, out } = options;
      const names = (options.columns ?? 'all').split(',').filter((name) => name.trim() !== '');
      if (names.length === 0)
        throw new AppError('bad_input', '--columns names no column; `aion features --list` shows them');
      if (options.stored) return ofStored(options, names);
      if (options.date !== undefined || options.set !== undefined)
        throw new AppError('bad_input', '--date and --set are for the bars of this home: add --stored');
      if (input === undefined || out === undefined)
        throw new AppError('bad_input', 'give --input FILE.csv and --out FILE.csv, --stored, or --list');
      requireCsvTarget(fromCaller(out), fromCaller(input));
      const bars = readBarsCsv(await readCsvText(fromCaller(input)), loadCalendar(marketOf(options)), {
        references: REFERENCE_NAMES,
        oldestFirst: options.oldestFirst,
        ...(options.series === undefined ? {} : { series: options.series }),
      });
      const made = featuresCsv(bars, names, { wholeHistory: !options.settled });
      writeCsvLines(fromCaller(out), made.lines());
      for (const note of bars.notes) say(note);
      for (const { line, message } of bars.defects.slice(0, SHOWN_DEFECTS)) say(`line ${line}: ${message}`);
      if (bars.defects.length > SHOWN_DEFECTS) say(`… and ${count(bars.defects.length - SHOWN_DEFECTS)} more defects`);
      const unusedRows = bars.rowCount - bars.usedRows;
      if (unusedRows * 2 > bars.rowCount) {
        const first = bars.firstUnused;
        const why = first === undefined ? '' : `, the first on line ${first.line}: ${first.message}`;
        say(
          `${count(unusedRows)} of ${count(bars.rowCount)} rows are no bar and have no value in ${out}${why}. That is more than half, so this counts as failed; mend what the lines above name`,
        );
        process.exitCode = 2;
      }
      const report = {
        rows: bars.rowCount,
        unusedRows,
        instruments: bars.instruments.length,
        intraday: bars.intraday,
        columns: made.columns.map((name) => ({ name, ...made.filled[name]! })),
        notes: bars.notes,
        defects: bars.defects,
        out,
      };
      print(options, report, () => {
        const width = Math.max(...made.columns.map((name) => name.length)) + 2;
        return [
          `${count(bars.rowCount)} rows of ${count(bars.instruments.length)} instrument(s), ${made.columns.length} columns → ${out}`,
          ...report.columns.map(({ name, values, empty }) => {
            const reasons = Object.entries(empty).map(
              ([reason, rows]) => `${count(rows)} ${reason.replaceAll('_', ' ')}`,
            );
            return `${name.padEnd(width)}${count(values).padStart(9)} values${reasons.length === 0 ? '' : `, empty: ${reasons.join(', ')}`}`;
          }),
        ].join('\n');
      });
    });
}

/** Features of the home's own bars: of a session into one file, or of every bar into a folder. */
async function ofStored(options: FeaturesOptions, names: readonly string[]): Promise<void> {
  const { out, set, date } = options;
  const market = marketOf(options);
  if (options.input !== undefined)
    throw new AppError('bad_input', '--stored takes the bars of this home: leave out --input, or --stored');
  if (options.settled)
    throw new AppError('bad_input', "--settled is for a file: the home's bars are whole histories as stored");
  if ((out === undefined) === (set === undefined))
    throw new AppError('bad_input', '--stored needs either --out FILE.csv (a session) or --set FOLDER (every bar)');
  if (date !== undefined && !SessionDate.safeParse(date).success)
    throw new AppError('bad_input', `--date needs YYYY-MM-DD, found "${date}"`);
  if (out !== undefined) requireCsvTarget(fromCaller(out));
  if (set !== undefined) {
    const folder = fromCaller(set);
    const made = await withHome((embedded) =>
      writeFeaturesOfBars(embedded, market, names, { folder, workers: embedded.config.workers, date }, (done, total) =>
        say(`${count(done)} of ${count(total)} shares`, { transient: true }),
      ),
    );
    const failed = made.blocks.flatMap((block) => block.failed);
    const report = {
      rows: made.rows,
      columns: made.columns.length,
      files: made.blocks.length,
      bytes: made.bytes,
      failed,
      schemaHash: made.schemaHash,
      contentHash: made.contentHash,
      folder: set,
    };
    print(options, report, () =>
      [
        `${count(made.rows)} rows × ${made.columns.length} columns in ${made.blocks.length} Parquet files → ${set} (${Math.round(made.bytes / 1e6)} MB)`,
        ...failed.map(({ symbol, message }) => `${symbol} could not be computed: ${message}`),
      ].join('\n'),
    );
    return;
  }
  const { day, columns, panel } = await withHome((embedded) => featuresOfSession(embedded, market, names, date));
  const { table } = day;
  const places = columns.map((name) => table.names.indexOf(name));
  const sessionDate = fromEpochDay(panel.sessionDay);
  const cell = (value: number): string => (Number.isNaN(value) ? '' : String(value));
  writeCsvLines(fromCaller(out!), [
    `symbol,session,${columns.join(',')}\n`,
    ...table.symbols.map(
      (symbol, row) =>
        `${csvCell(symbol)},${sessionDate},${places.map((place) => cell(table.columns[place]![row]!)).join(',')}\n`,
    ),
  ]);
  const { found, continued, computed, failed } = day;
  const report = {
    sessionDate,
    rows: table.symbols.length,
    columns: columns.length,
    found,
    continued,
    computed,
    failed,
    out,
  };
  print(options, report, () =>
    [
      `${count(table.symbols.length)} shares of ${sessionDate}, ${columns.length} columns → ${out}`,
      `${count(found)} found in the store, ${count(continued)} gone on from the session before, ${count(computed)} computed from their first bar`,
      ...failed.map(({ symbol, message }) => `${symbol} could not be computed: ${message}`),
    ].join('\n'),
  );
}

function list(options: FeaturesOptions): void {
  const rows = FEATURE_NODES.flatMap((node) =>
    node.columns.map((column) => ({
      name: column.name,
      group: node.name,
      title: column.title,
      range: [column.low, column.high] as const,
      warmUpBars: column.warmUpBars,
      settleBars: column.settleBars,
      references: node.references,
      source: column.source,
    })),
  );
  print(options, { columns: rows }, () => {
    const head = ['column', 'range', 'warm-up', 'settles', 'title (source)'];
    const cells = rows.map((row) => [
      row.name,
      rangeOf(row),
      String(row.warmUpBars),
      row.settleBars === null ? 'never' : String(row.settleBars),
      `${row.title} (${row.source})`,
    ]);
    const widths = head.map((_, at) => Math.max(...[head, ...cells].map((row) => row[at]!.length)) + 2);
    const line = (row: readonly string[]): string =>
      row.map((cell, at) => (at === 4 ? cell : cell.padEnd(widths[at]!))).join('');
    return [
      line(head),
      ...cells.map(line),
      '',
      `${rows.length} columns; warm-up and settling in bars of their timeframe`,
    ].join('\n');
  });
}

const rangeOf = ({
  range: [low, high],
}: {
  readonly range: readonly [FeatureColumn['low'], FeatureColumn['high']];
}): string => `${low ?? '−∞'} … ${high ?? '∞'}`;
