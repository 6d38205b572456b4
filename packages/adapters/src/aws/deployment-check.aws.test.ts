import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient, CreateQueueCommand } from '@aws-sdk/client-sqs';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { makeFrozenClock } from '@aion/core';
import { createQueue, emulatorClients, openEmulators, REGION } from '../../../../test/aws/emulators.ts';
import { ignoreConditions } from '../../../../test/aws/faults.ts';
import { checkDeployment, type DeploymentFinding, type ExpectedDeployment } from './deployment-check.ts';
import { tableShape } from './table-shape.ts';

const clock = makeFrozenClock(1_700_000_000_000);
const stage = await openEmulators();
const { dynamodb, s3, sqs, tables, bucket, queueUrl, deadLetterUrl } = stage;
const expected: ExpectedDeployment = {
  region: REGION,
  tables,
  recoverable: ['product', 'money'],
  bucket,
  queues: [{ name: 'orders', queueUrl, deadLetterUrl }],
};

/** DynamoDB Local knows nothing of backups: this answers for it. */
function withBackups(client: DynamoDBClient, PointInTimeRecoveryStatus: 'ENABLED' | 'DISABLED'): DynamoDBClient {
  client.middlewareStack.add(
    (next, context) => async (args) =>
      context.commandName === 'DescribeContinuousBackupsCommand'
        ? ({
            response: {},
            output: {
              $metadata: {},
              ContinuousBackupsDescription: {
                ContinuousBackupsStatus: 'ENABLED',
                PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus },
              },
            },
          } as Awaited<ReturnType<typeof next>>)
        : next(args),
    { step: 'initialize', name: 'backups', override: true },
  );
  return client;
}

withBackups(dynamodb, 'ENABLED');
const check = (
  clients: Partial<Parameters<typeof checkDeployment>[0]> = {},
  changes: Partial<ExpectedDeployment> = {},
): Promise<DeploymentFinding[]> =>
  checkDeployment({ dynamodb, s3, sqs, ...clients }, { ...expected, ...changes }, clock);
const wrong = (findings: DeploymentFinding[]): DeploymentFinding[] => findings.filter((finding) => !finding.ok);

/** A fresh, wrong table in the place of `product`. */
async function badTable(change: (shape: ReturnType<typeof tableShape>) => void): Promise<DeploymentFinding[]> {
  const shape = tableShape(`bad-${Math.random().toString(36).slice(2)}`);
  change(shape);
  await dynamodb.send(new CreateTableCommand(shape));
  return wrong(await check({}, { tables: { ...tables, product: shape.TableName } }));
}

it('finds nothing wrong with a whole stage', async () => {
  const findings = await check();
  expect(wrong(findings)).toEqual([]);
  expect(findings).toHaveLength(15);
});

it('names a table that is missing', async () => {
  const found = wrong(await check({}, { tables: { ...tables, money: 'nowhere' } }));
  expect(found.map((finding) => finding.name)).toEqual(['table money', 'expiry of table money']);
  expect(found[0]?.detail).toMatch(/table nowhere does not exist; .*deploy it again/);
});

it('names a table without its second index, with other keys, or that keeps part of an item only', async () => {
  const without = await badTable((shape) => {
    shape.GlobalSecondaryIndexes?.pop();
    shape.AttributeDefinitions?.splice(4);
  });
  expect(without.map((finding) => finding.detail).join()).toMatch(/index gsi2 of table bad-\S+ is missing/);
  const keys = await badTable((shape) => {
    shape.KeySchema![1]!.AttributeName = 'sort';
    shape.AttributeDefinitions![1]!.AttributeName = 'sort';
  });
  expect(keys.map((finding) => finding.detail).join()).toMatch(/keys pk HASH, sort RANGE, expected pk HASH, sk RANGE/);
  const part = await badTable(
    (shape) => (shape.GlobalSecondaryIndexes![0]!.Projection = { ProjectionType: 'KEYS_ONLY' }),
  );
  expect(part.map((finding) => finding.detail).join()).toMatch(/gsi1 .* projects KEYS_ONLY, expected ALL/);
});

it('names a table whose items do not expire', async () => {
  const found = await badTable(() => undefined);
  expect(found).toEqual([
    {
      name: 'expiry of table product',
      ok: false,
      detail: expect.stringMatching(/expires by nothing, expected expiresAtS/),
    },
  ]);
});

it('names a table that cannot be recovered', async () => {
  const found = wrong(await check({ dynamodb: withBackups(emulatorClients().dynamodb, 'DISABLED') }));
  expect(found.map((finding) => finding.name)).toEqual(['recovery of table product', 'recovery of table money']);
  expect(found[0]?.detail).toMatch(/is DISABLED, expected ENABLED/);
});

it('refuses an emulator that ignores conditions', async () => {
  const client = withBackups(emulatorClients().dynamodb, 'ENABLED');
  ignoreConditions(client);
  const found = wrong(await check({ dynamodb: client }));
  expect(found.map((finding) => finding.name)).toEqual(['conditional writes']);
  expect(found[0]?.detail).toMatch(/ignores conditions; do not use it/);
});

it('refuses an endpoint that answers every conditional write with success', async () => {
  const client = withBackups(emulatorClients().dynamodb, 'ENABLED');
  client.middlewareStack.add(
    (next, context) => async (args) =>
      context.commandName === 'PutItemCommand'
        ? ({ response: {}, output: { $metadata: {} } } as Awaited<ReturnType<typeof next>>)
        : next(args),
    { step: 'initialize', name: 'yes' },
  );
  expect(wrong(await check({ dynamodb: client })).map((finding) => finding.name)).toEqual(['conditional writes']);
});

it('refuses a store that lets an object be written a second time', async () => {
  const client = emulatorClients().s3;
  client.middlewareStack.add(
    (next) => (args) => next({ ...args, input: { ...args.input, IfNoneMatch: undefined } as typeof args.input }),
    { step: 'initialize', name: 'ignoreIfNoneMatch' },
  );
  const found = wrong(await check({ s3: client }));
  expect(found.map((finding) => finding.name)).toEqual(['objects are written once']);
  expect(found[0]?.detail).toMatch(/ignores If-None-Match; do not use it/);
});

it('names a standard queue, a queue without dead letters, with others, and one that is missing', async () => {
  const { QueueUrl: standard = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `${bucket}-standard` }));
  const { QueueUrl: alone = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: `${bucket}-alone.fifo`, Attributes: { FifoQueue: 'true' } }),
  );
  const other = await createQueue(sqs);
  const queues = [
    { name: 'standard', queueUrl: standard, deadLetterUrl },
    { name: 'alone', queueUrl: alone, deadLetterUrl },
    { name: 'other', queueUrl, deadLetterUrl: other.deadLetterUrl },
    { name: 'missing', queueUrl: alone.replace('alone', 'gone'), deadLetterUrl },
  ];
  const found = wrong(await check({}, { queues })).map((finding) => finding.detail);
  expect(found).toHaveLength(4);
  expect(found[0]).toMatch(/queue standard is a standard one, expected FIFO/);
  expect(found[1]).toMatch(/queue alone has no dead-letter queue/);
  expect(found[2]).toMatch(/queue other sends its dead letters to .*, expected /);
  expect(found[3]).toMatch(/does not exist/);
});

it('names a bucket that is missing or lies elsewhere, and a client of another region', async () => {
  const gone = wrong(await check({}, { bucket: 'aion-nowhere' }));
  expect(gone.map((finding) => finding.name)).toEqual(['bucket', 'objects are written once']);
  for (const { detail } of gone) expect(detail).toMatch(/does not exist/);
  const elsewhere = wrong(await check({}, { region: 'eu-west-1' }));
  expect(elsewhere.map((finding) => finding.name)).toEqual([
    'region of the dynamodb client',
    'region of the s3 client',
    'region of the sqs client',
    'bucket',
  ]);
  expect(elsewhere[0]?.detail).toMatch(
    /lies in the region eu-west-1, the client speaks to ap-south-1; set AWS_REGION=eu-west-1/,
  );
  expect(elsewhere[3]?.detail).toMatch(/lies in ap-south-1, expected eu-west-1/);
});

it('reports a service that does not answer as a finding, not as a crash', async () => {
  const dead = {
    region: REGION,
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  };
  const found = wrong(await check({ s3: new S3Client({ ...dead, forcePathStyle: true }), sqs: new SQSClient(dead) }));
  expect(found.map((finding) => finding.name)).toEqual(['bucket', 'objects are written once', 'queue orders']);
  for (const { detail } of found) expect(detail).toMatch(/could not be read: .*ECONNREFUSED/);
});
