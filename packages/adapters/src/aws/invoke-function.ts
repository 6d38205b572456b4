import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { AppError, errorMessage, type ErrorCode } from '@aion/core';

const CODES: Readonly<Record<ErrorCode, true>> = {
  bad_input: true,
  not_found: true,
  conflict: true,
  unauthenticated: true,
  forbidden: true,
  too_large: true,
  rate_limited: true,
  outside_calendar: true,
  missing_data: true,
  model_refused: true,
  lease_lost: true,
  unavailable: true,
  corrupt: true,
  no_space: true,
  killed: true,
};

/**
 * Invokes a function with JSON and waits for its JSON answer. A function that threw becomes an AppError with the code that it gave as
 * the error's name (`errorType`, with or without the prefix `Aion.`); any other error is `unavailable`.
 */
export async function invokeFunction(client: LambdaClient, functionName: string, input: unknown): Promise<unknown> {
  const { FunctionError, Payload } = await client
    .send(new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(input)) }))
    .catch((error: unknown) => {
      const absent = error instanceof Error && error.name === 'ResourceNotFoundException';
      throw new AppError(
        absent ? 'not_found' : 'unavailable',
        `function ${functionName} could not be invoked: ${errorMessage(error)}${absent ? '; deploy the stage, or correct the name' : ''}`,
        { retryable: !absent, audience: 'operator', cause: error },
      );
    });
  const text = Payload === undefined ? '' : Buffer.from(Payload).toString();
  let answer: unknown;
  try {
    answer = text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new AppError('corrupt', `function ${functionName} answered with something that is no JSON`, {
      audience: 'operator',
      cause,
    });
  }
  if (FunctionError === undefined) return answer;
  const { errorType = '', errorMessage: said = 'no message' } = (answer ?? {}) as {
    errorType?: string;
    errorMessage?: string;
  };
  const code = errorType.replace(/^Aion\./, '');
  const known = Object.hasOwn(CODES, code);
  // An error of our own was written for whoever called; any other came from the machinery.
  throw new AppError(
    known ? (code as ErrorCode) : 'unavailable',
    known ? said : `function ${functionName} failed: ${said}`,
    {
      audience: known ? 'caller' : 'operator',
      retryable: !known || ['conflict', 'unavailable', 'rate_limited', 'lease_lost'].includes(code),
      context: { functionName, errorType },
    },
  );
}
