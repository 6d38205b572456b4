import { TABLE_NAMES } from '@aion/core';
import { randomBytes } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { TTL_ATTRIBUTE, tableShape } from '@aion/adapters/aws/table-shape';
import type { TableName } from '@aion/core';
import { FEATURE_LANES } from '../../infra/names.ts';

export const REGION = 'ap-south-1';

const credentials = { accessKeyId: 'emulator', secretAccessKey: 'emulator' };

function endpoint(variable: 'AION_DYNAMODB_EMULATOR' | 'AION_MOTO'): string {
  const url = process.env[variable];
  if (url === undefined) throw new Error(`${variable} is not set: these tests run by "npm run test:aws" only`);
  return url;
}

/** Clients on the emulators. The SDK's own retries are off: the adapters have theirs, and S3 and SQS need none here. */
export function emulatorClients() {
  const moto = { region: REGION, credentials, endpoint: endpoint('AION_MOTO'), maxAttempts: 1 };
  return {
    dynamodb: new DynamoDBClient({ ...moto, endpoint: endpoint('AION_DYNAMODB_EMULATOR') }),
    s3: new S3Client({ ...moto, forcePathStyle: true }),
    sqs: new SQSClient(moto),
    ssm: new SSMClient(moto),
    sfn: new SFNClient(moto),
  };
}

export type EmulatorClients = ReturnType<typeof emulatorClients>;

const unique = (): string => `aion-${randomBytes(6).toString('hex')}`;

export async function createTables(client: DynamoDBClient, prefix = unique()): Promise<Record<TableName, string>> {
  const tables = { product: `${prefix}-product`, money: `${prefix}-money`, ephemeral: `${prefix}-ephemeral` };
  for (const name of TABLE_NAMES) {
    await client.send(new CreateTableCommand(tableShape(tables[name])));
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: tables[name],
        TimeToLiveSpecification: { AttributeName: TTL_ATTRIBUTE, Enabled: true },
      }),
    );
  }
  return tables;
}

export async function createBucket(client: S3Client, name = unique()): Promise<string> {
  await client.send(
    new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: REGION } }),
  );
  return name;
}

/** A FIFO queue whose messages go to a FIFO dead-letter queue after so many deliveries. */
export async function createQueue(
  client: SQSClient,
  maxDeliveries = 3,
  name = unique(),
  deadName = `${name}-dead`,
): Promise<{ queueUrl: string; deadLetterUrl: string }> {
  const dead = await client.send(
    new CreateQueueCommand({ QueueName: `${deadName}.fifo`, Attributes: { FifoQueue: 'true' } }),
  );
  const deadLetterUrl = dead.QueueUrl ?? '';
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] }),
  );
  const queue = await client.send(
    new CreateQueueCommand({
      QueueName: `${name}.fifo`,
      Attributes: {
        FifoQueue: 'true',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: maxDeliveries }),
      },
    }),
  );
  return { queueUrl: queue.QueueUrl ?? '', deadLetterUrl };
}

/** Lets SQS's time pass in moto. For every queue on it: test files run one at a time. */
export async function passMotoTime(ms: number): Promise<void> {
  const answer = await fetch(`${endpoint('AION_MOTO')}/_aion/clock`, {
    method: 'POST',
    body: JSON.stringify({ advanceMs: ms }),
  });
  if (!answer.ok) throw new Error(`moto's clock did not move: ${answer.status}`);
}

/** The queues of feature requests, one for each lane; what their addresses begin with. */
async function createFeatureQueues(client: SQSClient, name: string): Promise<string> {
  let prefix = '';
  for (const lane of FEATURE_LANES) {
    const queue = `${name}-features-${lane}`;
    const { queueUrl } = await createQueue(client, 3, queue, `${queue}-dlq`);
    prefix = queueUrl.slice(0, -`-${lane}.fifo`.length);
  }
  return prefix;
}

/** A whole fresh stage on the emulators, under random names: three tables, a bucket, queues with dead letters, secrets. */
export async function openEmulators(
  options: { secrets?: Readonly<Record<string, string>>; maxDeliveries?: number } = {},
) {
  const clients = emulatorClients();
  const name = unique();
  const secretsPath = `/${name}`;
  for (const [secret, Value] of Object.entries(options.secrets ?? {})) {
    await clients.ssm.send(new PutParameterCommand({ Name: `${secretsPath}/${secret}`, Value, Type: 'SecureString' }));
  }
  return {
    region: REGION,
    ...clients,
    tables: await createTables(clients.dynamodb, name),
    bucket: await createBucket(clients.s3, name),
    ...(await createQueue(clients.sqs, options.maxDeliveries ?? 3, name)),
    featureQueuesUrl: await createFeatureQueues(clients.sqs, name),
    secretsPath,
    passTime: passMotoTime,
    close(): void {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
