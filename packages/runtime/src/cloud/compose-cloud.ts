import type { AwsClients } from '@aion/adapters/aws/clients';
import { makeDynamoItemTable } from '@aion/adapters/aws/dynamodb-item-table';
import { makeEmfTelemetry } from '@aion/adapters/aws/emf-telemetry';
import { makeS3ObjectStore } from '@aion/adapters/aws/s3-object-store';
import { systemClock } from '@aion/adapters/system/clock';
import { every } from '@aion/adapters/system/every';
import { makeTellOperator } from '@aion/adapters/outbox/outbox';
import { makeStoredFeatureWorkers } from '@aion/adapters/workers/stored-shards';
import { AppError, withOperatorErrors, type Telemetry, type TensorModelLoader } from '@aion/core';
import type { IngestPorts } from '@aion/market';
import type { FeatureWorkers } from '@aion/pipeline';
import { makeKillSwitch } from '@aion/trading';
import { resolveConfig, type Host, loadProfile } from '@aion/jobs';
import { computeCodeHash } from '../code-hash.ts';
import { pipelinePorts } from '../pipeline-ports.ts';
import { parseCloudEnvironment, type CloudEnvironment } from './environment.ts';

export interface Cloud extends Host {
  readonly environment: CloudEnvironment;
  /** Puts these fields on every line from now on: the run or the request that the function works on, and its trace. */
  correlate(fields: Readonly<Record<string, unknown>>): void;
}

/** What only some functions carry: the others stay small and start fast. */
export interface CloudTools {
  /** Reads and writes the lake's files. */
  readonly codec?: IngestPorts['codec'];
  readonly unpack?: NonNullable<IngestPorts['unpack']>;
  readonly featureWorkers?: FeatureWorkers;
  readonly models?: TensorModelLoader;
  /** Keeps features, and works off what alerts ask for. */
  readonly featureStore?: (environment: CloudEnvironment) => Host['featureStore'];
  readonly ledgerSecret?: string;
}

const lackOf = (tool: string): AppError =>
  new AppError('missing_data', `this function carries no ${tool}; another one does this work`);
/** What a function says when it is asked for a tool that it does not carry. */
const lacks = (tool: string) => (): Promise<never> => Promise.reject(lackOf(tool));
const refuses = (tool: string) => (): never => {
  throw lackOf(tool);
};

/**
 * Composes the AWS host: the same ports as on one machine, on DynamoDB and S3. Throws AppError(bad_input) for an
 * environment that infrastructure and code do not agree on.
 */
export function composeCloud(
  variables: Readonly<Record<string, string | undefined>>,
  clients: AwsClients,
  tools: CloudTools = {},
): Cloud {
  const environment = parseCloudEnvironment(variables);
  const { config } = resolveConfig(variables, {}, 'the environment');
  if (environment.AION_STAGE === 'prod' && config.mode !== 'prod') {
    throw new AppError(
      'bad_input',
      'stage prod needs MODE=prod: what stub models say must not reach subscribers; use another stage to try it',
    );
  }
  const clock = systemClock;
  const lines = makeEmfTelemetry({
    clock,
    ...(config.logLevel === 'silent' ? { write: () => undefined } : { level: config.logLevel }),
    // A dimension of every metric: stages share an account, and `stage` is what the pipeline calls its steps.
    dimensions: { deployment: environment.AION_STAGE },
  });
  // A function handles one event at a time, so what it correlates by is a state of the whole host.
  let current: Telemetry = lines;
  const telemetry: Telemetry = {
    log: (...line) => current.log(...line),
    count: (...metric) => current.count(...metric),
    gauge: (...metric) => current.gauge(...metric),
    duration: (...metric) => current.duration(...metric),
  };
  const dynamo = makeDynamoItemTable({
    client: clients.dynamodb,
    tables: {
      product: environment.AION_TABLE_PRODUCT,
      money: environment.AION_TABLE_MONEY,
      ephemeral: environment.AION_TABLE_EPHEMERAL,
    },
    clock,
    telemetry,
  });
  const items = withOperatorErrors(dynamo);
  const objects = withOperatorErrors(
    makeS3ObjectStore({ client: clients.s3, bucket: environment.AION_OBJECTS_BUCKET }),
  );
  const codec = tools.codec ?? { ending: '', encode: lacks('Parquet codec'), decode: lacks('Parquet codec') };
  const secret = (): string => {
    if (tools.ledgerSecret !== undefined) return tools.ledgerSecret;
    throw new AppError(
      'missing_data',
      'this function does not carry the ledger secret; a task that chains signals does',
    );
  };
  let computed: string | undefined;
  const codeHash = (): string => (computed ??= computeCodeHash());
  const owner = { name: 'cloud', isGone: () => false };
  const ingest = { items, objects, codec, clock, unpack: tools.unpack ?? lacks('archive reader') };
  const shared = { config, items, objects, ingest, clock, telemetry, owner, codeHash };
  return {
    ...shared,
    environment,
    correlate: (fields) => void (current = lines.withFields(fields)),
    kill: makeKillSwitch({ items, clock, pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }),
    get ledgerSecret() {
      return secret();
    },
    profile: () => loadProfile(items),
    every,
    tellOperator: makeTellOperator(items, clock),
    featureStore: tools.featureStore?.(environment) ?? {
      codec: { encode: refuses('Parquet codec'), decode: lacks('Parquet codec') },
      queues: refuses('feature queues'),
    },
    sharedFeatures: (base) => makeStoredFeatureWorkers({ items, objects, codeHash: codeHash(), clock }, base),
    pipeline: ({ exchange } = {}) =>
      pipelinePorts(
        {
          ...shared,
          ledgerSecret: secret,
          models: tools.models ?? { load: lacks('model runtime') },
          featureWorkers: tools.featureWorkers ?? lacks('feature workers'),
        },
        exchange,
      ),
  };
}
