import type { Exchange } from '@aion/core';
import { type Command, Option } from 'commander';
import { BAR_MINUTES, type BarMinutes, type FileReport, type ImportReport, STAMPS, type Stamps } from '@aion/market';
import { importPaths, loadConfig, requirePaths, setAsideSimulated } from '@aion/runtime';
import { count, fromCaller, MARKET_OPTION, print, say, withHome } from '../session.ts';

interface ImportCommandOptions {
  readonly actions?: string;
  readonly market: Exchange;
  readonly replace: boolean;
  readonly acceptDefects: boolean;
  readonly barMinutes?: string;
  readonly stamps?: Stamps;
  readonly json: boolean;
}

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description(
      'import bhavcopies (cm, sec_bhavdata_full, UDiFF; .csv, .csv.gz, .zip), plain bars, actions and instrument lists',
    )
    .argument('<paths...>', 'files or folders')
    .option('--actions <file>', 'corporate actions: symbol,ex_date,type,value')
    .option(...MARKET_OPTION)
    .option('--replace', 'let bars that differ replace stored ones instead of being quarantined', false)
    .option('--accept-defects', 'take what is right of a file of which much is wrong, instead of refusing it', false)
    .addOption(
      new Option('--bar-minutes <n>', 'the size of intraday bars, where they do not tell it').choices(
        BAR_MINUTES.map(String),
      ),
    )
    .addOption(
      new Option(
        '--stamps <end>',
        'whether the times of intraday bars are those of their start or end, where they do not tell',
      ).choices(STAMPS),
    )
    .option('--json', 'print the report as JSON', false)
    .action(async (paths: string[], options: ImportCommandOptions) => {
      const startedMs = performance.now();
      const all = [...paths, ...(options.actions === undefined ? [] : [options.actions])].map(fromCaller);
      requirePaths(all);
      const kept = await setAsideSimulated(loadConfig(process.env, process.cwd()));
      if (kept !== null) say(`The home held the SIMULATED market; it is kept in ${kept}, and real data start afresh.`);
      const report = await withHome((embedded) =>
        importPaths(embedded, all, {
          market: options.market,
          replace: options.replace,
          acceptDefects: options.acceptDefects,
          ...(options.barMinutes !== undefined && { barMinutes: Number(options.barMinutes) as BarMinutes }),
          ...(options.stamps !== undefined && { stamps: options.stamps }),
          onProgress: ({ done, total, file, phase }) =>
            say(phase === 'storing' ? 'storing …' : `${done + 1}/${total} ${file}`, { transient: true }),
        }),
      );
      const milliseconds = Math.round(performance.now() - startedMs);
      say('', { transient: true });
      print(options, { ...report, milliseconds }, () => describeImport(report, milliseconds));
      // Something was given and nothing of it could be used.
      if (report.files.length > 0 && report.files.every((file) => file.status === 'ignored' || isUnused(file)))
        process.exitCode = 2;
    });
}

const heldOf = ({ quarantined }: FileReport): number =>
  Object.values(quarantined).reduce((sum, n) => sum + (n ?? 0), 0);

/** Nothing of it is in the lake, by this import or an earlier one. */
function isUnused(file: FileReport): boolean {
  if (file.status !== 'imported') return file.status === 'refused';
  return heldOf(file) > 0 && file.stored + file.duplicates + file.combined === 0;
}

const signOf = (file: FileReport, held: number): string => (isUnused(file) ? '✗' : held > 0 ? '!' : '✓');

export function describeImport(report: ImportReport, milliseconds: number): string {
  const lines = report.files.map((file) => {
    if (file.status === 'ignored') return `  –  ${file.name}: left alone: ${file.why}`;
    if (file.status === 'refused') return `  ✗  ${file.name}: REFUSED, nothing stored: ${file.why}`;
    const held = heldOf(file);
    const skipped = Object.values(file.skippedBySeries).reduce((sum, n) => sum + n, 0);
    const notes = [
      `${count(file.stored)} stored`,
      ...(file.replaced > 0 ? [describeReplaced(file)] : []),
      ...(file.duplicates > 0 ? [`${count(file.duplicates)} known already`] : []),
      ...(file.combined > 0 ? [`${count(file.combined)} added to others of their day`] : []),
      ...(skipped > 0 ? [`${count(skipped)} of other series`] : []),
      ...(held > 0
        ? [
            `${count(held)} quarantined (${Object.entries(file.quarantined)
              .map(([code, n]) => `${code} ${n}`)
              .join(', ')})`,
          ]
        : []),
    ];
    const why = file.why === undefined ? '' : `; ${file.why}`;
    return `  ${signOf(file, held)}  ${file.name}: ${count(file.rows)} rows (${file.layout}): ${notes.join(', ')}${why}`;
  });
  const range =
    report.firstSession === null
      ? report.files.some(({ layout, stored }) => layout === 'plain-intraday' && stored > 0)
        ? 'no daily bars yet: what was stored are intraday bars (`aion lake daily-from-minutes` makes daily ones of them)'
        : 'no bars yet'
      : `${report.symbols} symbols, ${count(report.sessions)} sessions, ${report.firstSession} to ${report.lastSession}`;
  return [...lines, `The lake holds ${range}. ${(milliseconds / 1000).toFixed(1)} s`].join('\n');
}

function describeReplaced({ replaced, replacements: [first] }: FileReport): string {
  const example =
    first === undefined
      ? ''
      : `, e.g. ${first.symbol} ${first.date}: ${first.close} for ${first.replacedClose} of ${first.replacedSource}`;
  return `${count(replaced)} of them in the place of others${example}`;
}
