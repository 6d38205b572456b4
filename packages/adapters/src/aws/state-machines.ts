import { DescribeExecutionCommand, StartExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { AppError, errorMessage } from '@aion/core';

export interface Execution {
  readonly arn: string;
  /** False when an execution of this name was there already. */
  readonly started: boolean;
}

export interface ExecutionState {
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';
  readonly startedMs: number;
  readonly endedMs?: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/**
 * Starts a state machine once under a name (the run's id): a second start with the same name finds the first. Step Functions remembers
 * a name for 90 days.
 */
export async function startExecution(
  client: SFNClient,
  stateMachineArn: string,
  name: string,
  input: unknown,
): Promise<Execution> {
  if (!/^[\w-]{1,80}$/.test(name)) {
    throw new AppError('bad_input', `"${name}" cannot name an execution: 1 to 80 letters, digits, "-" or "_"`);
  }
  try {
    const { executionArn } = await client.send(
      new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
    );
    return { arn: executionArn ?? '', started: true };
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionAlreadyExists') {
      return { arn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`, started: false };
    }
    throw failed('StartExecution', error);
  }
}

/** How an execution stands: status, times in epoch ms, and output or error once it has ended. */
export async function describeExecution(client: SFNClient, executionArn: string): Promise<ExecutionState> {
  try {
    const found = await client.send(new DescribeExecutionCommand({ executionArn }));
    return {
      status: found.status ?? 'RUNNING',
      startedMs: found.startDate?.getTime() ?? 0,
      ...(found.stopDate === undefined ? {} : { endedMs: found.stopDate.getTime() }),
      ...(found.output === undefined ? {} : { output: found.output }),
      ...(found.error === undefined ? {} : { error: found.error }),
      ...(found.cause === undefined ? {} : { cause: found.cause }),
    };
  } catch (error) {
    throw failed('DescribeExecution', error);
  }
}

function failed(what: string, error: unknown): AppError {
  const name = error instanceof Error ? error.name : '';
  if (['StateMachineDoesNotExist', 'ExecutionDoesNotExist'].includes(name)) {
    return new AppError(
      'not_found',
      `Step Functions ${what}: ${errorMessage(error)}; deploy the stage, or correct the name`,
      {
        cause: error,
      },
    );
  }
  return new AppError('unavailable', `Step Functions ${what} failed: ${errorMessage(error)}`, {
    retryable: !name.startsWith('Invalid'),
    cause: error,
  });
}
