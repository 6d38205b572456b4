import { readFileSync } from 'node:fs';
import { allSqliteItems } from '@aion/adapters/sqlite/all-items';
import { AppError } from '@aion/core';
import type { LedgerReport } from '@aion/signals';
import type { LoadedConfig } from '../config.ts';
import { composeEmbedded } from '../compose-embedded.ts';
import { verifyStoredLedger } from '../ledger.ts';
import type { MoveSource } from './export-state.ts';

/** A host opened for moving. */
export interface OpenMove extends MoveSource {
  /** Checks the track record with the secret that this host has. */
  verifyRecord(): Promise<LedgerReport>;
  close(): void;
}

export function openEmbeddedMove(loaded: LoadedConfig): OpenMove {
  const home = composeEmbedded(loaded);
  return {
    name: 'embedded',
    items: home.items,
    objects: home.objects,
    clock: home.clock,
    allItems: () => allSqliteItems(home.state, home.clock.nowMs()),
    verifyRecord: () => verifyStoredLedger(home),
    close: () => home.close(),
  };
}

/**
 * A stage on AWS, from the variables that its deployment put out (a JSON file). The caller's own credentials are used: an
 * operator's, who may scan tables, which no function may.
 */
export async function openCloudMove(variablesPath: string): Promise<OpenMove> {
  const variables = readVariables(variablesPath);
  const [{ composeCloud }, { makeAwsClients }, { allDynamoItems }, { loadOwnSecret }] = await Promise.all([
    import('../cloud/compose-cloud.ts'),
    import('@aion/adapters/aws/clients'),
    import('@aion/adapters/aws/all-items'),
    import('@aion/adapters/aws/own-secrets'),
  ]);
  const clients = makeAwsClients(variables['AWS_REGION'] ?? '');
  const cloud = composeCloud(variables, clients);
  const { environment } = cloud;
  const tables = {
    product: environment.AION_TABLE_PRODUCT,
    money: environment.AION_TABLE_MONEY,
    ephemeral: environment.AION_TABLE_EPHEMERAL,
  };
  return {
    name: `aws ${environment.AION_STAGE}`,
    items: cloud.items,
    objects: cloud.objects,
    clock: cloud.clock,
    allItems: () => allDynamoItems(clients.dynamodb, tables, cloud.clock.nowMs()),
    async verifyRecord() {
      const ledgerSecret = await loadOwnSecret(environment.AWS_REGION, environment.AION_SECRETS_PATH, 'ledger-secret');
      return verifyStoredLedger({ items: cloud.items, ledgerSecret });
    },
    close() {
      clients.dynamodb.destroy();
      clients.s3.destroy();
    },
  };
}

function readVariables(path: string): Record<string, string> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
  } catch (cause) {
    throw new AppError(
      'bad_input',
      `${path} cannot be read as JSON: give the file of variables that the deployment put out`,
      { cause },
    );
  }
  throw new AppError('bad_input', `${path} must hold a JSON object of variables`);
}
