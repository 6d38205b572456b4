import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  PutItemCommand,
  type DynamoDBClient,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetBucketLocationCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { TABLE_NAMES, errorMessage, type Clock, type TableName } from '@aion/core';
import { checkRegion } from './region.ts';
import { TTL_ATTRIBUTE, tableShape } from './table-shape.ts';

export interface DeploymentClients {
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
}

export interface ExpectedDeployment {
  readonly region: string;
  readonly tables: Readonly<Record<TableName, string>>;
  /** Tables that must be recoverable to any second. */
  readonly recoverable: readonly TableName[];
  readonly bucket: string;
  readonly queues: readonly { readonly name: string; readonly queueUrl: string; readonly deadLetterUrl: string }[];
}

export interface DeploymentFinding {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, and for a failure what to do. */
  readonly detail: string;
}

const REDEPLOY = 'the stage is half deployed or has an old template: deploy it again';

/**
 * Looks at a stage before it is trusted: regions, tables with keys, indexes, expiry and recovery, the bucket, the queues with their dead
 * letters, and that a conditional write of an item and of an object really conflicts. Every finding is returned, the good ones too; nothing throws.
 */
export async function checkDeployment(
  clients: DeploymentClients,
  expected: ExpectedDeployment,
  clock: Clock,
): Promise<DeploymentFinding[]> {
  const findings: DeploymentFinding[] = [];
  /** `look` returns what is good and throws what is not. */
  const check = async (name: string, look: () => Promise<string>): Promise<void> => {
    try {
      findings.push({ name, ok: true, detail: await look() });
    } catch (error) {
      findings.push({ name, ok: false, detail: errorMessage(error) });
    }
  };
  for (const service of ['dynamodb', 's3', 'sqs'] as const) {
    await check(`region of the ${service} client`, async () => {
      await checkRegion(service, clients[service], expected.region);
      return expected.region;
    });
  }
  for (const table of TABLE_NAMES) {
    const name = expected.tables[table];
    await check(`table ${table}`, () => lookAtTable(clients.dynamodb, name));
    await check(`expiry of table ${table}`, () => lookAtExpiry(clients.dynamodb, name));
    if (expected.recoverable.includes(table)) {
      await check(`recovery of table ${table}`, () => lookAtRecovery(clients.dynamodb, name));
    }
  }
  await check('conditional writes', () => probeConditions(clients.dynamodb, expected.tables.ephemeral, clock));
  await check('bucket', () => lookAtBucket(clients.s3, expected));
  await check('objects are written once', () => probeObjects(clients.s3, expected.bucket));
  for (const queue of expected.queues) await check(`queue ${queue.name}`, () => lookAtQueue(clients.sqs, queue));
  return findings;
}

async function lookAtTable(client: DynamoDBClient, name: string): Promise<string> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name })).catch(absent(`table ${name}`));
  const shape = tableShape(name);
  if (Table?.TableStatus !== 'ACTIVE')
    throw new Error(`table ${name} is ${Table?.TableStatus}: wait until it is ACTIVE`);
  compareKeys(`table ${name}`, Table.KeySchema, shape.KeySchema);
  for (const index of shape.GlobalSecondaryIndexes ?? []) {
    const found = Table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index.IndexName);
    const what = `index ${index.IndexName} of table ${name}`;
    if (found === undefined) throw new Error(`${what} is missing; ${REDEPLOY}`);
    compareKeys(what, found.KeySchema, index.KeySchema);
    const projection = found.Projection?.ProjectionType;
    if (projection !== 'ALL') throw new Error(`${what} projects ${projection}, expected ALL; ${REDEPLOY}`);
  }
  return `${name}: keys and both indexes are as expected`;
}

function compareKeys(
  what: string,
  found: KeySchemaElement[] | undefined,
  wanted: KeySchemaElement[] | undefined,
): void {
  const text = (keys: KeySchemaElement[] | undefined): string =>
    (keys ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(', ');
  if (text(found) !== text(wanted)) {
    throw new Error(
      `${what} has the keys ${text(found)}, expected ${text(wanted)}; keys cannot be changed: make a new table and move the items`,
    );
  }
}

async function lookAtExpiry(client: DynamoDBClient, name: string): Promise<string> {
  const { TimeToLiveDescription } = await client
    .send(new DescribeTimeToLiveCommand({ TableName: name }))
    .catch(absent(`table ${name}`));
  const { AttributeName, TimeToLiveStatus } = TimeToLiveDescription ?? {};
  const on = TimeToLiveStatus === 'ENABLED' || TimeToLiveStatus === 'ENABLING';
  if (!on || AttributeName !== TTL_ATTRIBUTE) {
    throw new Error(
      `table ${name} expires by ${on ? AttributeName : 'nothing'}, expected ${TTL_ATTRIBUTE}; ${REDEPLOY}`,
    );
  }
  return `by ${TTL_ATTRIBUTE}`;
}

async function lookAtRecovery(client: DynamoDBClient, name: string): Promise<string> {
  const { ContinuousBackupsDescription } = await client
    .send(new DescribeContinuousBackupsCommand({ TableName: name }))
    .catch(absent(`continuous backups of table ${name}`));
  const status = ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
  if (status !== 'ENABLED') {
    throw new Error(`point-in-time recovery of table ${name} is ${status}, expected ENABLED; ${REDEPLOY}`);
  }
  return 'to any second';
}

/** The second of two writes that must each be the first has to be refused: everything from leases to money stands on it. */
async function probeConditions(client: DynamoDBClient, name: string, clock: Clock): Promise<string> {
  const Key = { pk: { S: 'PROBE' }, sk: { S: randomUUID() } };
  const first = new PutItemCommand({
    TableName: name,
    Item: { ...Key, [TTL_ATTRIBUTE]: { N: String(Math.floor(clock.nowMs() / 1000) + 3600) } },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  await client.send(first).catch(absent(`table ${name}`));
  try {
    await client.send(first);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException)
      return 'a second conditional write was refused, as it must be';
    throw error;
  } finally {
    await client.send(new DeleteItemCommand({ TableName: name, Key }));
  }
  throw new Error(
    `table ${name} took a conditional write whose condition does not hold: this is no DynamoDB, or an emulator that ignores conditions; do not use it`,
  );
}

async function lookAtBucket(client: S3Client, expected: ExpectedDeployment): Promise<string> {
  const { LocationConstraint } = await client
    .send(new GetBucketLocationCommand({ Bucket: expected.bucket }))
    .catch(absent(`bucket ${expected.bucket}`));
  // S3's first region has no name.
  const region = LocationConstraint ?? 'us-east-1';
  if (region !== expected.region) {
    throw new Error(
      `bucket ${expected.bucket} lies in ${region}, expected ${expected.region}; correct its name, or make one there and copy the objects`,
    );
  }
  return `${expected.bucket} in ${region}`;
}

/** The second of two uploads of one key has to be refused: an object that a run named must stay what it was. */
async function probeObjects(client: S3Client, Bucket: string): Promise<string> {
  const at = { Bucket, Key: `probe/${randomUUID()}` };
  const first = new PutObjectCommand({ ...at, Body: 'probe', IfNoneMatch: '*' });
  await client.send(first).catch(absent(`bucket ${Bucket}`));
  try {
    await client.send(first);
  } catch (error) {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 412)
      return 'a second upload of a key was refused, as it must be';
    throw error;
  } finally {
    await client.send(new DeleteObjectCommand(at));
  }
  throw new Error(
    `bucket ${Bucket} took a second upload of a key that must be written once: this is no S3, or one that ignores If-None-Match; do not use it`,
  );
}

async function lookAtQueue(client: SQSClient, queue: ExpectedDeployment['queues'][number]): Promise<string> {
  const attributesOf = async (QueueUrl: string): Promise<Record<string, string>> => {
    const { Attributes } = await client
      .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
      .catch(absent(`queue ${QueueUrl}`));
    return Attributes ?? {};
  };
  const own = await attributesOf(queue.queueUrl);
  if (own['FifoQueue'] !== 'true') {
    throw new Error(
      `queue ${queue.name} is a standard one, expected FIFO; a queue cannot change its kind: make a new one`,
    );
  }
  const dead = await attributesOf(queue.deadLetterUrl);
  const { deadLetterTargetArn } = JSON.parse(own['RedrivePolicy'] ?? '{}') as { deadLetterTargetArn?: string };
  if (deadLetterTargetArn === undefined) throw new Error(`queue ${queue.name} has no dead-letter queue; ${REDEPLOY}`);
  if (deadLetterTargetArn !== dead['QueueArn']) {
    throw new Error(
      `queue ${queue.name} sends its dead letters to ${deadLetterTargetArn}, expected ${dead['QueueArn']}; ${REDEPLOY}`,
    );
  }
  return 'FIFO, with its dead letters';
}

function absent(what: string): (error: unknown) => never {
  return (error) => {
    const name = error instanceof Error ? error.name : '';
    const isAbsent = [
      'ResourceNotFoundException',
      'TableNotFoundException',
      'NoSuchBucket',
      'QueueDoesNotExist',
    ].includes(name);
    throw new Error(
      isAbsent ? `${what} does not exist; ${REDEPLOY}` : `${what} could not be read: ${errorMessage(error)}`,
      {
        cause: error,
      },
    );
  };
}
