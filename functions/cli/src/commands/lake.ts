import type { Command } from 'commander';
import type { Exchange } from '@aion/core';
import { SERIES_NAMES, type LeftOut } from '@aion/market';
import {
  archiveSeries,
  compactSeries,
  describeLake,
  makeDailyBars,
  restoreSeries,
  sweepSeries,
  verifySeries,
} from '@aion/jobs/lake';
import { count, MARKET_OPTION, marketOf, print, say, STAGE_OPTION, withState } from '../session.ts';
import { addLakeBarCommands, dayOf, numberOf } from './lake-bars.ts';

interface LakeOptions {
  readonly market: Exchange;
  readonly series?: string;
  readonly stage?: string;
  readonly json: boolean;
}

/** With a series that has a default. */
interface OneSeries extends LakeOptions {
  readonly series: string;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const which = (options: LakeOptions): { exchange: Exchange; series?: string } => ({
  exchange: marketOf(options),
  ...(options.series !== undefined && { series: options.series }),
});

/** The lines about each series, or that there is none. */
function orNothing<T>(
  market: Exchange,
  reports: readonly T[],
  lines: (reports: readonly T[]) => readonly string[],
): string {
  return reports.length === 0
    ? `no ${market} bars are stored yet; \`aion import\` and \`aion backfill\` bring them`
    : lines(reports).join('\n');
}

export function addLakeCommands(program: Command): void {
  const lake = program.command('lake').description('look after the stored bars: layout, archive, export, queries');
  const sub = (name: string, description: string): Command =>
    lake
      .command(name)
      .description(description)
      .option(...MARKET_OPTION)
      .option('--json', 'print as JSON', false);
  const SERIES = ['--series <series>', `one of ${SERIES_NAMES.join(', ')}; all unless given`] as const;

  sub(
    'status',
    'how the bars are laid out: objects, deltas, small and overlapping ones, bytes, what a sweep would find',
  )
    .option(...SERIES)
    .action(async (options: LakeOptions) => {
      const reports = await withState(options.stage, (host) => describeLake(host, which(options)));
      print(options, { series: reports }, () =>
        orNothing(options.market, reports, (all) =>
          all.flatMap((report) => [
            `${report.series}: ${count(report.rows)} bars in ${report.objects} objects, ${megabytes(report.bytes)}; ` +
              `${count(report.supersededRows)} bars superseded (about ${megabytes(report.supersededBytes)}), ${report.unreferenced} objects unreferenced`,
            ...report.partitions.map(
              (one) =>
                `  ${one.partition.padEnd(8)} ${String(one.objects).padStart(4)} objects (${one.deltas} deltas, ${one.smallObjects} small, ${one.overlapping} overlap) ` +
                `${count(one.rows).padStart(12)} rows ${megabytes(one.bytes).padStart(10)}${one.archived ? '  archived' : ''}`,
            ),
          ]),
        ),
      );
    });

  sub('compact', 'join the deltas of past months with their year; the bars stay the same')
    .option(...SERIES)
    .option('--all', 'also the deltas of this month', false)
    .option('--dry-run', 'say what would be joined and change nothing', false)
    .action(async (options: LakeOptions & { all: boolean; dryRun: boolean }) => {
      const { all, dryRun } = options;
      const onProgress = (series: string, partition: string): void =>
        say(`${series} ${partition} …`, { transient: true });
      const done = await withState(options.stage, (host) =>
        compactSeries(host, { ...which(options), all, dryRun, onProgress }),
      );
      print(options, { dryRun: options.dryRun, compacted: done }, () =>
        done.length === 0
          ? 'nothing to join'
          : done
              .map(
                (one) =>
                  `${options.dryRun ? 'would join' : 'joined'} ${one.objectsBefore} objects of ${one.series} ${one.partition}, ${count(one.rows)} rows`,
              )
              .join('\n'),
      );
    });

  sub('archive', 'move old partitions to the archive; readers are told by name')
    .option('--series <series>', `one of ${SERIES_NAMES.join(', ')}`, 'daily')
    .option('--older-than <years>', 'partitions that ended so many years ago')
    .option('--partition <partition...>', 'these partitions, such as 2016 or 2021-03')
    .option('--dry-run', 'say what would be moved and change nothing', false)
    .action(async (options: OneSeries & { olderThan?: string; partition?: string[]; dryRun: boolean }) => {
      const years = options.olderThan === undefined ? undefined : numberOf(options.olderThan, '--older-than', 1, 100);
      const moved = await withState(options.stage, (host) =>
        archiveSeries(host, { ...moveOf(options), ...(years !== undefined && { olderThanYears: years }) }),
      );
      printMoved(options, moved, options.dryRun ? 'would archive' : 'archived');
    });

  sub('restore', 'bring archived partitions back, checked against their hash')
    .option('--series <series>', `one of ${SERIES_NAMES.join(', ')}`, 'daily')
    .option('--partition <partition...>', 'these partitions; all that are archived unless given')
    .option('--dry-run', 'say what would be brought back and change nothing', false)
    .action(async (options: OneSeries & { partition?: string[]; dryRun: boolean }) => {
      const moved = await withState(options.stage, (host) => restoreSeries(host, moveOf(options)));
      printMoved(options, moved, options.dryRun ? 'would restore' : 'restored');
    });

  sub('sweep', 'remove objects that nothing has referred to for seven days')
    .option(...SERIES)
    .option('--dry-run', 'say what would be removed and change nothing', false)
    .action(async (options: LakeOptions & { dryRun: boolean }) => {
      const { dryRun } = options;
      const reports = await withState(options.stage, (host) => sweepSeries(host, { ...which(options), dryRun }));
      print(options, { dryRun: options.dryRun, series: reports }, () =>
        orNothing(options.market, reports, (all) =>
          all.map(
            (one) =>
              `${one.series}: ${options.dryRun ? 'would remove' : 'removed'} ${one.removed.length}, ${one.waiting} wait out their seven days, ${one.referenced} in use`,
          ),
        ),
      );
    });

  sub('verify', 'read every object again: hashes, rows, days and the sum over all bars')
    .option(...SERIES)
    .action(async (options: LakeOptions) => {
      const onProgress = (series: string, done: number, total: number): void =>
        say(`${series} ${done}/${total}`, { transient: true });
      const reports = await withState(options.stage, (host) => verifySeries(host, { ...which(options), onProgress }));
      const ok = reports.every(({ problems }) => problems.length === 0);
      print(options, { ok, series: reports }, () =>
        orNothing(options.market, reports, (all) =>
          all.flatMap((one) => [
            `${one.series}: ${one.objects} objects, ${count(one.rows)} bars, ${megabytes(one.bytes)}: ${one.problems.length === 0 ? 'whole' : `${one.problems.length} PROBLEMS`}`,
            ...one.problems.map((problem) => `  ${problem}`),
          ]),
        ),
      );
      if (!ok) process.exitCode = 5;
    });

  sub('daily-from-minutes', 'make daily bars of intraday ones where none are stored; the exchange’s own always stay')
    .option('--series <series>', 'minute, five-minute, hourly or an index series of these', 'minute')
    .option('--from <YYYY-MM-DD>', 'first session')
    .option('--to <YYYY-MM-DD>', 'last session')
    .option('--dry-run', 'say how many would be made and store nothing', false)
    .action(async (options: OneSeries & { from?: string; to?: string; dryRun: boolean }) => {
      const [fromDay, toDay] = [dayOf(options.from, '--from'), dayOf(options.to, '--to')];
      const done = await withState(options.stage, (host) =>
        makeDailyBars(host, {
          ...{ exchange: marketOf(options), series: options.series, dryRun: options.dryRun },
          ...(fromDay === undefined ? {} : { fromDay }),
          ...(toDay === undefined ? {} : { toDay }),
        }),
      );
      print(
        options,
        done,
        () =>
          `${count(done.made)} days made, ${count(done.stored)} stored, ${count(done.kept)} kept as they are, ` +
          `${count(done.incomplete)} sessions of a symbol left out${describeLeftOut(done.leftOut)}`,
      );
    });

  for (const command of lake.commands) command.option(...STAGE_OPTION);
  addLakeBarCommands(sub);
}

function describeLeftOut({ coverage, opening, closing }: LeftOut): string {
  const reasons = [
    [coverage, 'lack a tenth of their bars or more'],
    [opening, 'have none in the first five minutes'],
    [closing, 'have none in the last five minutes'],
  ] as const;
  const given = reasons.filter(([rows]) => rows > 0).map(([rows, why]) => `${count(rows)} ${why}`);
  return given.length === 0 ? '' : ` (${given.join(', ')})`;
}

const moveOf = (options: OneSeries & { readonly partition?: string[]; readonly dryRun: boolean }) => ({
  ...{ exchange: marketOf(options), series: options.series, dryRun: options.dryRun },
  ...(options.partition !== undefined && { partitions: options.partition }),
  onProgress: (partition: string) => say(`${partition} …`, { transient: true }),
});

function printMoved(
  options: LakeOptions & { readonly dryRun: boolean },
  moved: readonly { partition: string; rows: number; bytes: number }[],
  done: string,
): void {
  print(options, { dryRun: options.dryRun, moved }, () =>
    moved.length === 0
      ? 'nothing to move'
      : moved.map((one) => `${done} ${one.partition}: ${count(one.rows)} rows, ${megabytes(one.bytes)}`).join('\n'),
  );
}
