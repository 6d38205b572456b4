import { makeAwsClients, type AwsClients } from '@aion/adapters/aws/clients';
import type { CloudCalls } from '@aion/adapters/aws/calls';
import { AppError, errorFields } from '@aion/core';
import { composeCloud, type Cloud, type CloudTools } from './compose-cloud.ts';
import { toCallError, toMachineError } from './machine-error.ts';
import type { CloudEnvironment, SecretName } from './environment.ts';

/** Makes a value at the first call and keeps it for the life of the function; a failure is not kept. */
export function memoise<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

const region = (): string => {
  const name = process.env['AWS_REGION'];
  if (name === undefined) throw new AppError('bad_input', 'AWS_REGION is not set; this entrypoint runs on AWS only');
  return name;
};

/** The clients and the composed host of this function, made once. */
export const awsClients = memoise(async (): Promise<AwsClients> => makeAwsClients(region()));
export const cloudHost = memoise(async (): Promise<Cloud> => composeCloud(process.env, await awsClients()));

/** The host of a function or a container that carries more, the ledger's secret among it. */
export async function cloudHostWith(tools: CloudTools): Promise<Cloud> {
  const { environment } = await cloudHost();
  const ledgerSecret = await cloudSecret(environment, 'ledger-secret');
  return composeCloud(process.env, await awsClients(), { ...tools, ledgerSecret });
}

/** A secret of this stage. The client is loaded only where a secret is needed. */
export async function cloudSecret(environment: CloudEnvironment, name: SecretName): Promise<string> {
  const { loadOwnSecret } = await import('@aion/adapters/aws/own-secrets');
  return loadOwnSecret(environment.AWS_REGION, environment.AION_SECRETS_PATH, name);
}

/** Calls to other parts of the stage, whose clients are loaded with the first of them: a list of signals needs none. */
export function lazyCloudCalls(environment: CloudEnvironment): CloudCalls {
  const calls = memoise(async () => {
    const { makeCloudCalls } = await import('@aion/adapters/aws/calls');
    return makeCloudCalls(environment.AWS_REGION);
  });
  return {
    startExecution: async (...args) => (await calls()).startExecution(...args),
    invoke: async (...args) => (await calls()).invoke(...args),
  };
}

/** The trace of the invocation, as X-Ray names it. Lambda sets the variable anew for each. */
export const traceFields = (): { traceId: string | undefined } => ({ traceId: process.env['_X_AMZN_TRACE_ID'] });

/**
 * A handler whose errors tell the state machine by name whether to try again, and whose log has the whole of them.
 *
 * @example export const handler = machineHandler((host) => callDeadMan(host));
 */
export function machineHandler<T>(
  work: (host: Cloud, event: unknown) => Promise<T>,
  host: () => Promise<Cloud> = cloudHost,
  name: (error: unknown) => Error = toMachineError,
): (event: unknown) => Promise<T> {
  return async (event) => {
    let composed: Cloud | undefined;
    try {
      composed = await host();
      composed.correlate({ ...traceFields(), correlationId: (event as { runId?: unknown } | null)?.runId });
      return await work(composed, event);
    } catch (error) {
      const fields = errorFields(error);
      if (composed !== undefined) composed.telemetry.log('error', 'a task failed', fields);
      else
        process.stderr.write(
          `${JSON.stringify({ level: 'error', message: 'the host cannot be composed', ...fields })}\n`,
        );
      throw name(error);
    }
  };
}

/** A handler that another function calls and waits for. */
export const callHandler = <T>(
  work: (host: Cloud, event: unknown) => Promise<T>,
  host: () => Promise<Cloud>,
): ((event: unknown) => Promise<T>) => machineHandler(work, host, toCallError);
