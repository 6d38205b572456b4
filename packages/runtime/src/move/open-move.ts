import { allSqliteItems } from '@aion/adapters/sqlite/all-items';
import { parseCloudEnvironment } from '../cloud/environment.ts';
import { readStageVariables } from '../cloud/stage-variables.ts';
import type { LoadedConfig } from '../embedded/load-config.ts';
import { composeEmbedded } from '../embedded/compose-embedded.ts';
import type { MoveSource } from './export-state.ts';

/** A host opened for moving. */
export interface OpenMove extends MoveSource {
  pendingMessages(): Promise<number>;
  ledgerSecret(): Promise<string>;
  close(): void;
}

/** The home of one machine as the source or target of a move. Throws what `composeEmbedded` throws. */
export function openEmbeddedMove(loaded: LoadedConfig): OpenMove {
  const home = composeEmbedded(loaded);
  return {
    name: 'embedded',
    items: home.items,
    objects: home.objects,
    clock: home.clock,
    kill: home.kill,
    allItems: () => allSqliteItems(home.state, home.clock.nowMs()),
    async pendingMessages() {
      return Number(home.state.db.prepare('SELECT count(*) AS pending FROM messages').get()?.['pending']);
    },
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
  // Before any client is made: a file that names no region must say so, not fail in the SDK.
  const environment = parseCloudEnvironment(variables);
  const [
    { composeCloud },
    { makeAwsClients },
    { allDynamoItems },
    { loadOwnSecret },
    { makeSqsClient },
    { countPendingMessages },
  ] = await Promise.all([
    import('../cloud/compose-cloud.ts'),
    import('@aion/adapters/aws/clients'),
    import('@aion/adapters/aws/all-items'),
    import('@aion/adapters/aws/own-secrets'),
    import('@aion/adapters/aws/open-queue'),
    import('@aion/adapters/aws/pending-messages'),
  ]);
  const clients = makeAwsClients(environment.AWS_REGION);
  const cloud = composeCloud(variables, clients);
  const sqs = makeSqsClient(environment.AWS_REGION);
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
    kill: cloud.kill,
    allItems: () => allDynamoItems(clients.dynamodb, tables, cloud.clock.nowMs()),
    pendingMessages: () =>
      countPendingMessages(sqs, [environment.AION_BILLING_QUEUE_URL, environment.AION_BILLING_DLQ_URL]),
    ledgerSecret: () => loadOwnSecret(environment.AWS_REGION, environment.AION_SECRETS_PATH, 'ledger-secret'),
    close() {
      clients.dynamodb.destroy();
      clients.s3.destroy();
      sqs.destroy();
    },
  };
}
