import { SSMClient } from '@aws-sdk/client-ssm';
import { loadSsmSecrets } from './ssm-secrets.ts';

/** One secret of a stage, by a client that lives for this one call. */
export async function loadOwnSecret(region: string, path: string, name: string): Promise<string> {
  const client = new SSMClient({ region });
  try {
    return (await loadSsmSecrets(client, path, [name]))[name]!;
  } finally {
    client.destroy();
  }
}
