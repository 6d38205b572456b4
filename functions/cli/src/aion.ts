import { Command, CommanderError } from 'commander';
import { errorMessage, isAppError, toFileError } from '@aion/core';
import { exitCodeOf } from './session.ts';

// What this program makes, its owner alone may read: state, secrets, backups, exports.
process.umask(0o077);

const program = new Command('aion')
  .description('Aion: from market data to signals, on this machine. State lives in $AION_HOME (default .aion).')
  .showHelpAfterError('(add --help for the options)')
  .showSuggestionAfterError()
  .exitOverride();

/** The commands in the order of the help, each loaded when it is asked for: vendors' clients take longer to load than most take to run. */
const COMMANDS: readonly { names: readonly string[]; load: () => Promise<(program: Command) => void> }[] = [
  {
    names: ['start'],
    load: async () => (await import('./commands/start.ts')).addStartCommand,
  },
  {
    names: ['import'],
    load: async () => (await import('./commands/import.ts')).addImportCommand,
  },
  {
    names: ['backfill'],
    load: async () => (await import('./commands/backfill.ts')).addBackfillCommand,
  },
  {
    names: ['fetch'],
    load: async () => (await import('./commands/fetch.ts')).addFetchCommand,
  },
  {
    names: ['sources'],
    load: async () => (await import('./commands/sources.ts')).addSourcesCommand,
  },
  {
    names: ['daily', 'hourly', 'post-market'],
    load: async () => (await import('./commands/runs.ts')).addRunCommands,
  },
  {
    names: ['bars'],
    load: async () => (await import('./commands/bars.ts')).addBarsCommand,
  },
  {
    names: ['quality'],
    load: async () => (await import('./commands/quality.ts')).addQualityCommand,
  },
  {
    names: ['quarantine'],
    load: async () => (await import('./commands/quarantine.ts')).addQuarantineCommand,
  },
  {
    names: ['actions'],
    load: async () => (await import('./commands/actions.ts')).addActionsCommand,
  },
  {
    names: ['renames'],
    load: async () => (await import('./commands/renames.ts')).addRenamesCommand,
  },
  {
    names: ['members'],
    load: async () => (await import('./commands/members.ts')).addMembersCommand,
  },
  {
    names: ['calendar'],
    load: async () => (await import('./commands/calendar.ts')).addCalendarCommand,
  },
  {
    names: ['features'],
    load: async () => (await import('./commands/features.ts')).addFeaturesCommand,
  },
  {
    names: ['scan'],
    load: async () => (await import('./commands/scan.ts')).addScanCommand,
  },
  {
    names: ['lookahead'],
    load: async () => (await import('./commands/look-ahead.ts')).addLookAheadCommand,
  },
  {
    names: ['alerts'],
    load: async () => (await import('./commands/alerts.ts')).addAlertsCommand,
  },
  {
    names: ['signals'],
    load: async () => (await import('./commands/signals.ts')).addSignalsCommand,
  },
  {
    names: ['lake'],
    load: async () => (await import('./commands/lake.ts')).addLakeCommands,
  },
  {
    names: ['ledger'],
    load: async () => (await import('./commands/ledger.ts')).addLedgerCommand,
  },
  {
    names: ['kill'],
    load: async () => (await import('./commands/kill.ts')).addKillCommand,
  },
  {
    names: ['backup', 'restore'],
    load: async () => (await import('./commands/backup.ts')).addBackupCommands,
  },
  {
    names: ['export-state', 'import-state', 'drill'],
    load: async () => (await import('./commands/move.ts')).addMoveCommands,
  },
  {
    names: ['models'],
    load: async () => (await import('./commands/models.ts')).addModelsCommand,
  },
  {
    names: ['flag'],
    load: async () => (await import('./commands/flag.ts')).addFlagCommand,
  },
  {
    names: ['user'],
    load: async () => (await import('./commands/user.ts')).addUserCommand,
  },
  {
    names: ['billing'],
    load: async () => (await import('./commands/billing.ts')).addBillingCommand,
  },
  {
    names: ['queue'],
    load: async () => (await import('./commands/queue.ts')).addQueueCommand,
  },
  {
    names: ['stage'],
    load: async () => (await import('./commands/stage.ts')).addStageCommand,
  },
  {
    names: ['doctor'],
    load: async () => (await import('./commands/doctor.ts')).addDoctorCommand,
  },
];

const named = COMMANDS.find(({ names }) => names.includes(process.argv[2] ?? ''));
for (const { load } of named === undefined ? COMMANDS : [named]) (await load())(program);

// Whoever reads may stop reading: `aion actions list | head` is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await program.parseAsync();
} catch (thrown) {
  const error = toFileError(thrown);
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = 0;
  else if (error instanceof CommanderError) {
    // Commander has said on stderr what is wrong; a reader of JSON is told on stdout.
    const message = error.code === 'commander.help' ? 'give a command; --help lists them' : error.message;
    if (process.argv.includes('--json'))
      process.stdout.write(`${JSON.stringify({ error: { code: 'bad_input', message } })}\n`);
    process.exitCode = 2;
  } else {
    if (process.argv.includes('--json')) {
      const code = isAppError(error) ? error.code : 'internal';
      process.stdout.write(`${JSON.stringify({ error: { code, message: errorMessage(error) } })}\n`);
    }
    process.stderr.write(`aion: ${errorMessage(error)}\n`);
    if (!isAppError(error) && error instanceof Error && error.stack !== undefined)
      process.stderr.write(`${error.stack}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
