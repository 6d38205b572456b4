import { makeOnnxLoader } from '@aion/adapters/onnx/tensor-model-loader';
import { allDynamoItems } from '@aion/adapters/aws/all-items';
import { composeCloud } from '@aion/runtime/cloud/compose-cloud';
import { INFRA_VERSION } from '@aion/runtime/cloud/environment';
import { lakeTools } from '@aion/runtime/cloud/lake-tools';
import { doorDigest } from '@aion/runtime/serving/viewer-address';
import type { MoveSource } from '@aion/runtime';
import { openEmulators } from './emulators.ts';

/** What the edge of the site would share with the API. */
export const DOOR_SECRET = 'the secret of this deployment';
const LEDGER_SECRET = 'f'.repeat(64);

/** The variables that a deployment gives to every function, for a stage on the emulators. */
export function variablesOf(
  stage: Awaited<ReturnType<typeof openEmulators>>,
  more: Record<string, string> = {},
): Record<string, string> {
  const arn = (service: string, name: string): string => `arn:aws:${service}:${stage.region}:123456789012:${name}`;
  return {
    AION_STAGE: 'dev',
    MODE: 'stub',
    AWS_REGION: stage.region,
    AION_INFRA_VERSION: String(INFRA_VERSION),
    AION_TABLE_PRODUCT: stage.tables.product,
    AION_TABLE_MONEY: stage.tables.money,
    AION_TABLE_EPHEMERAL: stage.tables.ephemeral,
    AION_OBJECTS_BUCKET: stage.bucket,
    AION_BILLING_QUEUE_URL: stage.queueUrl,
    AION_BILLING_DLQ_URL: stage.deadLetterUrl,
    AION_FEATURE_QUEUES_URL: stage.featureQueuesUrl,
    AION_MACHINE_DAILY: arn('states', 'stateMachine:aion-dev-daily'),
    AION_MACHINE_HOURLY: arn('states', 'stateMachine:aion-dev-hourly'),
    AION_MACHINE_POST_MARKET: arn('states', 'stateMachine:aion-dev-post-market'),
    AION_IMPORT_FUNCTION: 'aion-dev-import',
    AION_ALERT_TOPIC: arn('sns', 'aion-dev-alerts'),
    AION_SECRETS_PATH: stage.secretsPath,
    AION_SUPABASE_URL: 'http://127.0.0.1:9',
    AION_SITE_URL: 'https://example.org',
    AION_DOOR_DIGEST: doorDigest(DOOR_SECRET),
    AION_LOG_LEVEL: 'silent',
    ...more,
  };
}

/** A fresh stage on the emulators, composed as its functions and its container compose it. */
export async function openStage(options: { ledgerSecret?: string; variables?: Record<string, string> } = {}) {
  const ledgerSecret = options.ledgerSecret ?? LEDGER_SECRET;
  const emulators = await openEmulators({
    secrets: {
      'ledger-secret': ledgerSecret,
      'records-source-keys': '{"FRED_API_KEY": "k"}',
      'bars-source-keys': '{"KITE_API_KEY": "k", "KITE_ACCESS_TOKEN": "t"}',
    },
  });
  const variables = variablesOf(emulators, options.variables);
  const host = composeCloud(variables, emulators, { ...lakeTools, ledgerSecret });
  const container = composeCloud(variables, emulators, {
    ...lakeTools,
    ledgerSecret,
    models: makeOnnxLoader({ threads: 1 }),
  });
  const source: MoveSource = {
    name: 'aws dev',
    items: host.items,
    objects: host.objects,
    clock: host.clock,
    kill: host.kill,
    allItems: () => allDynamoItems(emulators.dynamodb, emulators.tables, host.clock.nowMs()),
  };
  return { emulators, variables, host, container, source, close: () => emulators.close() };
}
