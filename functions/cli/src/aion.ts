import { Command, CommanderError } from 'commander';
import { errorMessage, isAppError } from '@aion/core';
import { addActionsCommand } from './commands/actions.ts';
import { addBackupCommands } from './commands/backup.ts';
import { addBackfillCommand } from './commands/backfill.ts';
import { addBarsCommand } from './commands/bars.ts';
import { addCalendarCommand } from './commands/calendar.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addFetchCommand } from './commands/fetch.ts';
import { addFlagCommand } from './commands/flag.ts';
import { addImportCommand } from './commands/import.ts';
import { addKillCommand } from './commands/kill.ts';
import { addLakeCommands } from './commands/lake.ts';
import { addLedgerCommand } from './commands/ledger.ts';
import { addMembersCommand } from './commands/members.ts';
import { addModelsCommand } from './commands/models.ts';
import { addMoveCommands } from './commands/move.ts';
import { addQualityCommand } from './commands/quality.ts';
import { addQuarantineCommand } from './commands/quarantine.ts';
import { addQueueCommand } from './commands/queue.ts';
import { addRenamesCommand } from './commands/renames.ts';
import { addRunCommands } from './commands/runs.ts';
import { addSignalsCommand } from './commands/signals.ts';
import { addSourcesCommand } from './commands/sources.ts';
import { addStageCommand } from './commands/stage.ts';
import { addStartCommand } from './commands/start.ts';
import { addUserCommand } from './commands/user.ts';
import { exitCodeOf } from './session.ts';

const program = new Command('aion')
  .description('Aion: from market data to signals, on this machine. State lives in $AION_HOME (default .aion).')
  .showHelpAfterError('(add --help for the options)')
  .showSuggestionAfterError()
  .exitOverride();

for (const add of [
  addStartCommand,
  addImportCommand,
  addBackfillCommand,
  addFetchCommand,
  addSourcesCommand,
  addRunCommands,
  addBarsCommand,
  addQualityCommand,
  addQuarantineCommand,
  addActionsCommand,
  addRenamesCommand,
  addMembersCommand,
  addCalendarCommand,
  addSignalsCommand,
  addLakeCommands,
  addLedgerCommand,
  addKillCommand,
  addBackupCommands,
  addMoveCommands,
  addModelsCommand,
  addFlagCommand,
  addUserCommand,
  addQueueCommand,
  addStageCommand,
  addDoctorCommand,
]) {
  add(program);
}

try {
  await program.parseAsync();
} catch (error) {
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
