import { CommanderError } from 'commander';
import { codeOf, errorMessage, isAppError, toFileError, toSchemaError, whoseFault } from '@aion/core';
import { makeProgram } from './program.ts';
import { refuseUnknownOption } from './unknown-option.ts';
import { exitCodeOf } from './session.ts';

/** Runs one command in this process. Its end is `process.exitCode`; what it has to say is on stdout and stderr. Never throws. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  try {
    const program = await makeProgram(args[0]);
    refuseUnknownOption(program, args);
    await program.parseAsync([...args], { from: 'user' });
  } catch (thrown) {
    const error = toSchemaError(toFileError(thrown));
    if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = 0;
    else if (error instanceof CommanderError) {
      // Commander has said on stderr what is wrong; a reader of JSON is told on stdout.
      const message = error.code === 'commander.help' ? 'give a command; --help lists them' : error.message;
      if (args.includes('--json'))
        process.stdout.write(`${JSON.stringify({ error: { code: 'bad_input', fault: 'caller', message } })}\n`);
      process.exitCode = 2;
    } else {
      const told = { code: codeOf(error), fault: whoseFault(error), message: errorMessage(error) };
      if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ error: told })}\n`);
      process.stderr.write(`aion: ${told.message}\n`);
      if (!isAppError(error) && error instanceof Error && error.stack !== undefined)
        process.stderr.write(`${error.stack}\n`);
      process.exitCode = exitCodeOf(error);
    }
  }
}
