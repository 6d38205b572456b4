import { SSMClient } from '@aws-sdk/client-ssm';
import { loadSsmSecrets } from './ssm-secrets.ts';
import { SMALL_ANSWERS, withTimeOuts, type TimeOuts } from './time-outs.ts';

/**
 * One secret of a stage, by a client that lives for this one call.
 *
 * @example const salt = await loadOwnSecret('ap-south-1', '/aion/dev', 'ledger-secret');
 */
export async function loadOwnSecret(
  region: string,
  path: string,
  name: string,
  timeOuts: TimeOuts = SMALL_ANSWERS,
): Promise<string> {
  const client = new SSMClient({ region, ...withTimeOuts(timeOuts) });
  try {
    return (await loadSsmSecrets(client, path, [name]))[name]!;
  } finally {
    client.destroy();
  }
}
