import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { AppError, errorMessage } from '@aion/core';

const MAX_NAMES = 10;

/**
 * Reads the named SecureString parameters under a path, ten a request. A missing one, or one that is not encrypted, is refused by name
 * with the command that sets it. Values are in the answer only: in no error and no log.
 *
 * @example await loadSsmSecrets(client, '/aion/dev', ['LEDGER_SALT', 'TOKEN_KEY'])
 */
export async function loadSsmSecrets<Name extends string>(
  client: SSMClient,
  path: string,
  names: readonly Name[],
): Promise<Readonly<Record<Name, string>>> {
  const secrets: Partial<Record<Name, string>> = {};
  const wrong: string[] = [];
  for (let from = 0; from < names.length; from += MAX_NAMES) {
    const part = names.slice(from, from + MAX_NAMES);
    const found = await ask(
      client,
      part.map((name) => `${path}/${name}`),
    );
    for (const name of part) {
      const parameter = found.get(`${path}/${name}`);
      if (parameter?.Type === 'SecureString' && parameter.Value) secrets[name] = parameter.Value;
      else
        wrong.push(
          `${path}/${name} (${parameter === undefined ? 'missing' : parameter.Value ? `a ${parameter.Type}, not a SecureString` : 'empty'})`,
        );
    }
  }
  if (wrong.length > 0) {
    throw new AppError(
      'missing_data',
      `secrets expected but not usable: ${wrong.join(', ')}; set each with: aws ssm put-parameter --type SecureString --overwrite --name NAME --value VALUE`,
      { context: { wrong } },
    );
  }
  return secrets as Record<Name, string>;
}

async function ask(client: SSMClient, Names: string[]): Promise<Map<string, { Type?: string; Value?: string }>> {
  try {
    const { Parameters } = await client.send(new GetParametersCommand({ Names, WithDecryption: true }));
    return new Map(
      (Parameters ?? []).map(({ Name, Type, Value }) => [
        Name ?? '',
        { ...(Type && { Type }), ...(Value && { Value }) },
      ]),
    );
  } catch (error) {
    throw new AppError('unavailable', `the secret store did not answer: ${errorMessage(error)}`, {
      retryable: true,
      cause: error,
    });
  }
}
