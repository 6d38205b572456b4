import type { Command } from 'commander';
import { type Exchange, AppError, SessionDate } from '@aion/core';
import { loadConfig, setAsideSimulated } from '@aion/runtime';
import { type BackfillProgress, type BackfillReport, runBackfill } from '@aion/jobs/sources';
import { openSources } from '@aion/runtime/sources';
import { count, marketOf, olderMarketOption, print, say, withHome } from '../session.ts';

interface Options {
  readonly from: string;
  readonly to: string;
  readonly market: Exchange;
  readonly exchange?: string;
  readonly retryFailed: boolean;
  readonly probeClosed: boolean;
  readonly json: boolean;
}

export function addBackfillCommand(program: Command): void {
  program
    .command('backfill')
    .description('download the bhavcopies of a range and import them; goes on where it was stopped')
    .requiredOption('--from <YYYY-MM-DD>', 'first session')
    .requiredOption('--to <YYYY-MM-DD>', 'last session')
    .option('--market <name>', 'NSE', 'NSE')
    .addOption(olderMarketOption())
    .option('--retry-failed', 'ask again for days that failed, were refused or not published', false)
    .option('--probe-closed', 'ask for weekdays without a session too, to check the calendar', false)
    .option('--json', 'print the report as JSON', false)
    .action(async (options: Options) => {
      const { from, to, retryFailed, probeClosed } = options;
      for (const [name, value] of Object.entries({ from, to })) {
        if (!SessionDate.safeParse(value).success)
          throw new AppError('bad_input', `--${name} needs YYYY-MM-DD, found "${value}"`);
      }
      const market = marketOf(options);
      if (market !== 'NSE') {
        throw new AppError(
          'bad_input',
          `--market ${market}: only NSE publishes its market’s file; use \`aion fetch\` for US shares`,
        );
      }
      const kept = await setAsideSimulated(loadConfig(process.env, process.cwd()));
      if (kept !== null) say(`The home held the SIMULATED market; it is kept in ${kept}, and real data start afresh.`);
      const stop = new AbortController();
      const onSignal = (): void => {
        say('\nstopping after the file in progress …');
        stop.abort(new Error('interrupted'));
      };
      process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
      const report = await withHome(async (embedded) =>
        runBackfill(embedded, await openSources(embedded), {
          from,
          to,
          retryFailed,
          probeClosed,
          signal: stop.signal,
          onProgress: (progress) => say(describeProgress(progress), { transient: true }),
        }),
      );
      say('', { transient: true });
      print(options, report, () => describeBackfill(report));
      if (report.failed.length > 0 || report.interrupted) process.exitCode = 1;
    });
}

function describeProgress({ done, total, date, etaMs }: BackfillProgress): string {
  const minutes = etaMs === null ? '' : `, about ${Math.max(1, Math.round(etaMs / 60_000))} min left`;
  return `${done + 1}/${total} ${date}${minutes}`;
}

function describeBackfill(report: BackfillReport): string {
  const list = (dates: readonly string[]): string =>
    dates.length <= 10 ? dates.join(', ') : `${dates.slice(0, 10).join(', ')} and ${dates.length - 10} more`;
  const lines = [
    `${report.from} to ${report.to}: ${count(report.sessions)} sessions, ${count(report.before)} were stored, ${count(report.stored)} came now (${count(report.rows)} rows, ${count(report.quarantined)} quarantined)`,
  ];
  if (report.notPublished.length > 0) lines.push(`  not published: ${list(report.notPublished)}`);
  for (const { date, why } of report.refused) lines.push(`  ✗  ${date}: refused: ${why}`);
  for (const { date, why } of report.failed) lines.push(`  ✗  ${date}: failed: ${why}`);
  if (report.leftAlone.length > 0)
    lines.push(`  left alone after earlier failures: ${list(report.leftAlone)}; --retry-failed asks again`);
  if (report.publishedOnClosedDay.length > 0) {
    lines.push(
      `  !  published on days that the calendar calls closed: ${list(report.publishedOnClosedDay)}; check the calendar`,
    );
  }
  if (report.interrupted) lines.push('  interrupted; the same command goes on from here');
  return lines.join('\n');
}
