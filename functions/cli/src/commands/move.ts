import type { Command } from 'commander';
import {
  drillRestore,
  exportState,
  importState,
  loadConfig,
  openCloudMove,
  openEmbeddedMove,
  type OpenMove,
} from '@aion/runtime';
import { verifyStoredLedger } from '@aion/jobs/ledger';
import { count, fromCaller, print, say, STAGE_OPTION } from '../session.ts';

interface MoveOptions {
  readonly stage?: string;
  readonly json: boolean;
}

/** Opens the home, or the stage whose variables are in the file. */
async function withMove<T>(options: MoveOptions, work: (host: OpenMove) => Promise<T>): Promise<T> {
  const host =
    options.stage === undefined
      ? openEmbeddedMove(loadConfig(process.env, process.cwd()))
      : await openCloudMove(fromCaller(options.stage));
  try {
    return await work(host);
  } finally {
    host.close();
  }
}

const progress = (what: string, done: number): void => say(`${what}: ${count(done)}`, { transient: true });

export function addMoveCommands(program: Command): void {
  program
    .command('export-state')
    .argument('<folder>', 'a folder that does not exist yet')
    .description('write the whole state of a product to a folder, to move it to another host')
    .option(...STAGE_OPTION)
    .option('--force', 'leave messages of billing behind that are not applied yet', false)
    .option('--json', 'print the result as JSON', false)
    .action(async (folder: string, options: MoveOptions & { readonly force: boolean }) => {
      const manifest = await withMove(options, (host) =>
        exportState(host, fromCaller(folder), progress, { leaveMessages: options.force }),
      );
      const { objects, ...rest } = manifest;
      print(options, { ...rest, objects: objects.length }, () =>
        [
          `${count(manifest.items)} items and ${count(objects.length)} objects of ${manifest.from} are in ${folder}`,
          `state hash ${manifest.stateHash}`,
          'The folder holds accounts: keep it as you keep a backup. Secrets are not in it: the ledger secret must be the same on the new host.',
        ].join('\n'),
      );
    });
  program
    .command('import-state')
    .argument('<folder>', 'what export-state wrote')
    .description('take a whole state into an empty home, or into an empty stage on AWS')
    .option(...STAGE_OPTION)
    .option('--json', 'print the result as JSON', false)
    .action(async (folder: string, options: MoveOptions) => {
      const result = await withMove(options, async (host) => {
        const report = await importState(host, fromCaller(folder), progress);
        const record = await verifyStoredLedger({ items: host.items, ledgerSecret: await host.ledgerSecret() });
        return { ...report, record: { ok: record.ok, entries: record.entries, problem: record.problems[0] ?? null } };
      });
      print(options, result, () =>
        [
          `${count(result.items)} items (${count(result.itemsThere)} were there) and ${count(result.objects)} objects (${count(result.objectsThere)} were there)`,
          `state hash ${result.stateHash}, as exported`,
          result.record.ok
            ? `track record: ${count(result.record.entries)} entries hold`
            : `TRACK RECORD: ${result.record.problem}. Is the ledger secret of the old host set here?`,
        ].join('\n'),
      );
      if (!result.record.ok) process.exitCode = 5;
    });
  program
    .command('drill')
    .description(
      'a restore drill: take the whole state out, restore it into a home of its own, check it, throw it away',
    )
    .option(...STAGE_OPTION)
    .option('--json', 'print the result as JSON', false)
    .action(async (options: MoveOptions) => {
      const report = await withMove(options, (host) => drillRestore(host, progress));
      print(options, report, () =>
        [
          `restored from ${report.from}: ${count(report.items)} items and ${count(report.objects)} objects in ${(report.milliseconds / 1000).toFixed(1)} s`,
          `the same state (${report.stateHash.slice(0, 16)}), track record of ${count(report.recordEntries)} entries holds`,
        ].join('\n'),
      );
    });
}
