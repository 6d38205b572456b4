import { parseArgs } from 'node:util';
import { AppError, errorMessage, isAppError } from '@aion/core';
import type { Host } from '@aion/jobs';
import { runTask } from '@aion/jobs/runs';

const USAGE =
  'usage: stage NAME --run ID [--execution NAME]   does one task of a prepared run (bars, features, models, publish, …)';

/**
 * The command of a container: does one task and prints its result as one JSON line. Returns the exit status: 0 done, 2 a wrong
 * command line, 1 a failure, 75 a failure that may pass when tried again.
 */
export async function runTaskCommand(
  args: readonly string[],
  open: () => Promise<Host & { correlate?(fields: object): void }>,
): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { run: { type: 'string' }, execution: { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.help === true) {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    const [command, task, ...rest] = positionals;
    if (command !== 'stage' || task === undefined || values.run === undefined || rest.length > 0)
      throw new AppError('bad_input', USAGE);
    const host = await open();
    host.correlate?.({ correlationId: values.run });
    const { run: runId, execution } = values;
    const result = await runTask(host, { task, runId, ...(execution === undefined ? {} : { execution }) });
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`stage: ${errorMessage(error)}\n`);
    if (isAppError(error, 'bad_input') || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true)
      return 2;
    if (!isAppError(error) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return isAppError(error) && error.retryable ? 75 : 1;
  }
}
