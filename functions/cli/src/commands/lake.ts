import type { Command } from 'commander';
import { AppError, fromEpochDay, toEpochDay } from '@aion/core';
import {
  archivable,
  archivePartitions,
  compactLake,
  fragmentationReport,
  type LeftOut,
  loadCalendar,
  readManifest,
  restorePartitions,
  SERIES_NAMES,
  storeDailyFromMinutes,
  type SeriesName,
  sweepLake,
  verifyLake,
} from '@aion/market';
import type { Embedded } from '@aion/runtime';
import { count, MARKET_OPTION, print, say, withHome } from '../session.ts';
import { addLakeBarCommands, dayOf, numberOf } from './lake-bars.ts';

interface LakeOptions {
  readonly market: string;
  readonly series?: string;
  readonly json: boolean;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** The series that are meant: one, or all that hold bars. */
async function chosenSeries(embedded: Embedded, { market, series }: LakeOptions): Promise<SeriesName[]> {
  loadCalendar(market);
  if (series !== undefined) {
    const found = SERIES_NAMES.find((name) => name === series);
    if (found === undefined)
      throw new AppError('bad_input', `"${series}" is no series; expected one of ${SERIES_NAMES.join(', ')}`);
    return [found];
  }
  const manifests = await Promise.all(SERIES_NAMES.map((name) => readManifest(embedded.ingest, market, name)));
  return manifests.filter(({ version }) => version > 0).map((manifest) => manifest.series);
}

/** The lines about each series, or that there is none. */
function orNothing<T>(
  market: string,
  reports: readonly T[],
  lines: (reports: readonly T[]) => readonly string[],
): string {
  return reports.length === 0
    ? `no ${market} bars are stored yet; \`aion import\` and \`aion backfill\` bring them`
    : lines(reports).join('\n');
}

const today = (embedded: Embedded, market: string): number =>
  toEpochDay(loadCalendar(market).dateAt(embedded.clock.nowMs()));

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
      const reports = await withHome(async (embedded) =>
        Promise.all(
          (await chosenSeries(embedded, options)).map(async (series) =>
            fragmentationReport(embedded.ingest, await readManifest(embedded.ingest, options.market, series)),
          ),
        ),
      );
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
      const done = await withHome(async (embedded) => {
        const results = [];
        for (const series of await chosenSeries(embedded, options)) {
          const joined = await compactLake(embedded.ingest, options.market, series, {
            today: today(embedded, options.market),
            all: options.all,
            dryRun: options.dryRun,
            onProgress: (partition) => say(`${series} ${partition} …`, { transient: true }),
          });
          results.push(...joined.map((one) => ({ series, ...one })));
        }
        return results;
      });
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
    .action(async (options: LakeOptions & { olderThan?: string; partition?: string[]; dryRun: boolean }) => {
      const moved = await withHome(async (embedded) => {
        const [series] = await chosenSeries(embedded, options);
        const partitions = options.partition ?? (await oldPartitions(embedded, options, series!));
        return archivePartitions(embedded.ingest, options.market, series!, partitions, {
          dryRun: options.dryRun,
          onProgress: (partition) => say(`${partition} …`, { transient: true }),
        });
      });
      printMoved(options, moved, options.dryRun ? 'would archive' : 'archived');
    });

  sub('restore', 'bring archived partitions back, checked against their hash')
    .option('--series <series>', `one of ${SERIES_NAMES.join(', ')}`, 'daily')
    .option('--partition <partition...>', 'these partitions; all that are archived unless given')
    .option('--dry-run', 'say what would be brought back and change nothing', false)
    .action(async (options: LakeOptions & { partition?: string[]; dryRun: boolean }) => {
      const moved = await withHome(async (embedded) => {
        const [series] = await chosenSeries(embedded, options);
        const { objects } = await readManifest(embedded.ingest, options.market, series!);
        const archived = objects.filter((object) => object.archived === true).map(({ partition }) => partition);
        return restorePartitions(embedded.ingest, options.market, series!, options.partition ?? archived, {
          dryRun: options.dryRun,
          onProgress: (partition) => say(`${partition} …`, { transient: true }),
        });
      });
      printMoved(options, moved, options.dryRun ? 'would restore' : 'restored');
    });

  sub('sweep', 'remove objects that nothing has referred to for seven days')
    .option(...SERIES)
    .option('--dry-run', 'say what would be removed and change nothing', false)
    .action(async (options: LakeOptions & { dryRun: boolean }) => {
      const reports = await withHome(async (embedded) => {
        const results = [];
        for (const series of await chosenSeries(embedded, options)) {
          const { dryRun } = options;
          results.push(
            await sweepLake(embedded.ingest, options.market, series, { nowMs: embedded.clock.nowMs(), dryRun }),
          );
        }
        return results;
      });
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
      const reports = await withHome(async (embedded) => {
        const results = [];
        for (const series of await chosenSeries(embedded, options)) {
          const manifest = await readManifest(embedded.ingest, options.market, series);
          results.push(
            await verifyLake(embedded.ingest, manifest, (done, total) =>
              say(`${series} ${done}/${total}`, { transient: true }),
            ),
          );
        }
        return results;
      });
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
    .action(async (options: LakeOptions & { from?: string; to?: string; dryRun: boolean }) => {
      const [fromDay, toDay] = [dayOf(options.from, '--from'), dayOf(options.to, '--to')];
      const done = await withHome(async (embedded) => {
        const [series] = await chosenSeries(embedded, options);
        return storeDailyFromMinutes(embedded.ingest, options.market, series!, {
          nowMs: embedded.clock.nowMs(),
          dryRun: options.dryRun,
          ...(fromDay === undefined ? {} : { fromDay }),
          ...(toDay === undefined ? {} : { toDay }),
        });
      });
      print(
        options,
        done,
        () =>
          `${count(done.made)} days made, ${count(done.stored)} stored, ${count(done.kept)} kept as they are, ` +
          `${count(done.incomplete)} sessions of a symbol left out${describeLeftOut(done.leftOut)}`,
      );
    });

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

async function oldPartitions(
  embedded: Embedded,
  options: { readonly market: string; readonly olderThan?: string },
  series: SeriesName,
): Promise<string[]> {
  if (options.olderThan === undefined)
    throw new AppError('bad_input', 'say what to archive: --older-than YEARS, or --partition with their names');
  const years = numberOf(options.olderThan, '--older-than', 1, 100);
  const [year, rest] = [fromEpochDay(today(embedded, options.market)).slice(0, 4), '-01-01'];
  return archivable(
    await readManifest(embedded.ingest, options.market, series),
    toEpochDay(`${Number(year) - years}${rest}`),
  );
}

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
