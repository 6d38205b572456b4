import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeFrozenClock } from '@aion/core';
import { makeCloudCalls } from './calls.ts';
import { makeAwsClients } from './clients.ts';
import { makeDynamoItemTable } from './dynamodb-item-table.ts';
import { openSqsQueue } from './open-queue.ts';
import { loadOwnSecret } from './own-secrets.ts';
import { makeS3ObjectStore } from './s3-object-store.ts';
import { INVOCATIONS, OBJECTS, SMALL_ANSWERS, withTimeOuts } from './time-outs.ts';

const TINY = { connectionMs: 500, requestMs: 30 };
const region = 'ap-south-1';
const machine = `arn:aws:states:${region}:123456789012:stateMachine:m`;
const open = new Set<Socket>();
let requests = 0;
let url = '';
/** Accepts, reads and never answers. */
const silent = createServer((socket) => {
  open.add(socket);
  socket.on('data', () => void requests++);
  socket.on('error', () => undefined);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(silent.address() as { port: number }).port}`;
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  // The SDK's own tries of one call: one is enough to see it end.
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
});
afterAll(() => {
  for (const socket of open) socket.destroy();
  silent.close();
  vi.unstubAllEnvs();
});

const item = { table: 'product', pk: 'A', sk: '1' } as const;
const tables = { product: 'p', money: 'm', ephemeral: 'e' };
const queue = () => ({ queueUrl: `${url}/1/q.fifo`, deadLetterUrl: `${url}/1/d.fifo` });

describe('a service that accepts and never answers', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['S3', () => makeS3ObjectStore({ client: makeAwsClients(region, TINY).s3, bucket: 'b' }).get('a')],
    ['Step Functions', () => makeCloudCalls(region, TINY).startExecution(machine, 'run-1', {})],
    ['Lambda', () => makeCloudCalls(region, TINY).invoke('import', {})],
    ['the parameter store', () => loadOwnSecret(region, '/aion/dev', 'ledger-secret', TINY)],
    ['SQS', () => openSqsQueue({ region, ...queue(), timeOuts: TINY }).receive({ max: 1, visibilityMs: 1000 })],
  ])('%s is a failure that may pass, in time', async (_name, call) => {
    await expect(call()).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
      cause: { name: 'TimeoutError' },
    });
  });

  it('DynamoDB is asked three times, not ten: each costs its whole time-out', async () => {
    const client = makeAwsClients(region, TINY).dynamodb;
    const retry = { sleep: async () => undefined };
    const table = makeDynamoItemTable({ client, tables, clock: makeFrozenClock(0), retry });
    requests = 0;
    await expect(table.get(item)).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
      message: expect.stringMatching(/no answer after 3 tries.*30 ms/) as string,
    });
    expect(requests).toBe(3);
  });
});

it('no client of the program waits for ever', async () => {
  const { dynamodb, s3 } = makeAwsClients(region);
  for (const [client, { connectionMs, requestMs }] of [
    [dynamodb, SMALL_ANSWERS],
    [s3, OBJECTS],
  ] as const) {
    // The handler reads its options with the first request.
    const found = withTimeOuts({ connectionMs, requestMs }).requestHandler;
    expect(client.config.requestHandler).toMatchObject({ configProvider: expect.any(Promise) as unknown });
    const handler = client.config.requestHandler as unknown as { configProvider: Promise<object> };
    expect(await handler.configProvider).toMatchObject(found);
  }
  // Below the 29 s that the API has for its own answer.
  expect(INVOCATIONS.connectionMs + INVOCATIONS.requestMs).toBeLessThan(29_000);
});
