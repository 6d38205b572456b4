import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { type Exchange, AppError, SessionDate, toMajor } from '@aion/core';
import { configuredScans, requireScanId, scanSession, type ScannedLake } from '@aion/jobs/scans';
import { count, fromCaller, MARKET_OPTION, marketOf, print, withHome } from '../session.ts';

interface ScanOptions {
  readonly preset?: string;
  readonly scan?: string;
  readonly date?: string;
  readonly symbol?: string;
  readonly list: boolean;
  readonly top: string;
  readonly market: Exchange;
  readonly csv?: string;
  readonly json: boolean;
}

export function addScanCommand(program: Command): void {
  program
    .command('scan')
    .description('which symbols a scan or preset finds in a session, and why; of any past session as it was known then')
    .addOption(new Option('--preset <name>', 'gates and several scans together').conflicts('scan'))
    .addOption(new Option('--scan <id>', 'one scan'))
    .option('--date <YYYY-MM-DD>', 'the session; the newest whole one without it')
    .option('--symbol <symbol>', 'why this symbol is in the scan or preset, or in any, and why not')
    .option('--list', 'the scans and presets that there are', false)
    .option('--top <n>', 'how many rows', '50')
    .option('--csv <file>', 'write every row to a file')
    .option(...MARKET_OPTION)
    .option('--json', 'print as JSON', false)
    .action(async (options: ScanOptions) => {
      const market = marketOf(options);
      if (options.list) return listScans(options);
      const top = Number(options.top);
      if (!Number.isInteger(top) || top < 1)
        throw new AppError('bad_input', `--top needs a number above 0, found "${options.top}"`);
      if (options.date !== undefined && !SessionDate.safeParse(options.date).success)
        throw new AppError('bad_input', `--date needs YYYY-MM-DD, found "${options.date}"`);
      const named = options.scan !== undefined || options.preset !== undefined;
      if (!named && options.symbol === undefined)
        throw new AppError('bad_input', 'give --preset NAME, --scan ID or --symbol S; --list shows what there is');
      if (!named && options.csv !== undefined)
        throw new AppError('bad_input', '--csv writes the rows of one --scan or --preset; name it');
      await withHome(async (embedded) => {
        // A wrong name is told before the market is read.
        const id = named ? requireScanId(configuredScans(embedded), options) : undefined;
        const scanned = await scanSession(embedded, market, options.date);
        if (options.symbol !== undefined) return explain(scanned, options.symbol.toUpperCase(), id, options);
        return showRows(scanned, id!, top, options);
      });
    });
}

async function listScans(options: ScanOptions): Promise<void> {
  const { scans, presets } = await withHome(async (embedded) => configuredScans(embedded));
  const listed = {
    scans: scans.map(({ id, family, title, meaning }) => ({ id, family, title, meaning })),
    presets: presets.map(({ id, title, meaning, all, any, none, top }) => ({
      id,
      title,
      meaning,
      all,
      any,
      none,
      top,
    })),
  };
  print(options, listed, () => {
    const line = ({ id, meaning }: { id: string; meaning: string }): string => `  ${id.padEnd(24)}${meaning}`;
    const families = [...new Set(scans.map(({ family }) => family))];
    return [
      ...families.flatMap((family) => [
        `${family}`,
        ...listed.scans.filter((scan) => scan.family === family).map(line),
      ]),
      'presets',
      ...listed.presets.map(line),
    ].join('\n');
  });
}

function showRows(scanned: ScannedLake, id: string, top: number, options: ScanOptions): void {
  const { book } = scanned;
  const { entry, rows } = scanned.rowsOf(id);
  if (options.csv !== undefined) writeFileSync(fromCaller(options.csv), scanned.csvOf(id));
  const shown = rows.slice(0, top);
  const { exchange, sessionDate, simulated, symbols, failed } = book;
  const answer = { exchange, sessionDate, simulated, symbols, failed, scan: entry, total: rows.length, rows: shown };
  print(options, { ...answer, ...(options.csv === undefined ? {} : { csv: options.csv }) }, () => {
    const head = `${exchange} ${sessionDate}${simulated ? ' SIMULATED' : ''}: ${entry.title}, ${count(rows.length)} of ${count(symbols)} symbols`;
    const lines = shown.map((row) => {
      const change = row.changeFrac === null ? '' : `${(100 * row.changeFrac).toFixed(1)} %`;
      const why = row.reasons.map(({ title }) => title).join('; ');
      return `${String(row.rank).padStart(4)}  ${row.symbol.padEnd(14)}${toMajor(row.closeMinor).toFixed(2).padStart(11)}${change.padStart(9)}  ${why}`;
    });
    const broken = failed.map(({ symbol, reason }) => `could not be scanned: ${symbol} (${reason})`);
    return [head, entry.meaning, ...lines, ...broken].join('\n');
  });
}

function explain(scanned: ScannedLake, symbol: string, id: string | undefined, options: ScanOptions): void {
  const { book } = scanned;
  const ids = id === undefined ? book.entries.map((entry) => entry.id) : [id];
  const verdicts = ids.map((one) => {
    const { title } = book.entries.find((entry) => entry.id === one)!;
    return { id: one, title, ...scanned.verdict(symbol, one) };
  });
  print(options, { exchange: book.exchange, sessionDate: book.sessionDate, symbol, verdicts }, () =>
    [
      `${symbol} on ${book.sessionDate}`,
      ...verdicts.flatMap((verdict) => [
        `${verdict.state.toUpperCase().padEnd(8)} ${verdict.id}: ${verdict.title}`,
        // Of every scan at once only what decided.
        ...(id === undefined && verdict.state !== 'matched' ? [] : verdict.reasons).map(
          ({ state, title }) => `         ${state.padEnd(8)} ${title}`,
        ),
      ]),
    ].join('\n'),
  );
}
