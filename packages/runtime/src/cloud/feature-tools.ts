import { makeSqsClient } from '@aion/adapters/aws/open-queue';
import { makeSqsQueue } from '@aion/adapters/aws/sqs-queue';
import { makeParquetBarCodec } from '@aion/adapters/parquet/bar-codec';
import { featureTableCodec } from '@aion/adapters/parquet/feature-codec';
import type { Queue } from '@aion/core';
import type { FeatureQueues, Lane } from '@aion/universe';
import { composeCloud, type Cloud, type CloudTools } from './compose-cloud.ts';
import type { CloudEnvironment } from './environment.ts';
import { awsClients, memoise } from './functions.ts';

type QueuesPlace = Pick<CloudEnvironment, 'AWS_REGION' | 'AION_FEATURE_QUEUES_URL'>;

/** The queues of feature requests of a stage, one for each lane. */
export function cloudFeatureQueues(
  { AWS_REGION, AION_FEATURE_QUEUES_URL: url }: QueuesPlace,
  client = makeSqsClient(AWS_REGION),
): FeatureQueues {
  const queue = (lane: Lane): Queue =>
    makeSqsQueue({ client, queueUrl: `${url}-${lane}.fifo`, deadLetterUrl: `${url}-${lane}-dlq.fifo` });
  return { urgent: queue('urgent'), normal: queue('normal'), idle: queue('idle') };
}

/** What computes and keeps features. It reads no archive and chains no signal. */
export const featureTools = {
  codec: makeParquetBarCodec(),
  featureStore: (environment) => ({ codec: featureTableCodec, queues: () => cloudFeatureQueues(environment) }),
} satisfies CloudTools;

/** The host of the function that raises alerts and keeps features. */
export const featureHost = memoise(async (): Promise<Cloud> =>
  composeCloud(process.env, await awsClients(), featureTools),
);
