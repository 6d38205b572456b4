import { Command } from 'commander';

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

/** The command line with all its commands, or with the one alone that is named. */
export async function makeProgram(name?: string): Promise<Command> {
  const program = new Command('aion')
    .description('Aion: from market data to signals, on this machine. State lives in $AION_HOME (default .aion).')
    .showHelpAfterError('(add --help for the options)')
    .showSuggestionAfterError()
    .exitOverride();
  const named = COMMANDS.find(({ names }) => names.includes(name ?? ''));
  for (const { load } of named === undefined ? COMMANDS : [named]) (await load())(program);
  return program;
}
