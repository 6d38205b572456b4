import { allSqliteItems } from '@aion/adapters/sqlite/all-items';
import { readStageVariables } from '../cloud/stage-variables.ts';
import type { LoadedConfig } from '../config.ts';
import { composeEmbedded } from '../compose-embedded.ts';
import type { MoveSource } from './export-state.ts';

/** A host opened for moving. */
export interface OpenMove extends MoveSource {
  ledgerSecret(): Promise<string>;
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
    ledgerSecret: async () => home.ledgerSecret,
    close: () => home.close(),
  };
}

/**
 * A stage on AWS, from the variables that its deployment put out (a JSON file). The caller's own credentials are used: an
 * operator's, who may scan tables, which no function may.
 */
export async function openCloudMove(variablesPath: string): Promise<OpenMove> {
  const variables = readStageVariables(variablesPath);
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
    ledgerSecret: () => loadOwnSecret(environment.AWS_REGION, environment.AION_SECRETS_PATH, 'ledger-secret'),
    close() {
      clients.dynamodb.destroy();
      clients.s3.destroy();
    },
  };
}
