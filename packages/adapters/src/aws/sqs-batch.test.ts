import { expect, it } from 'vitest';
import { AppError, silentTelemetry, type Telemetry } from '@aion/core';
import { consumeBatch, type SqsRecord } from './sqs-batch.ts';

const record = (messageId: string, group: string | undefined, body = messageId): SqsRecord => ({
  messageId,
  receiptHandle: `r-${messageId}`,
  body,
  attributes: { ApproximateReceiveCount: '1', ...(group !== undefined && { MessageGroupId: group }) },
});

function listen(): { telemetry: Telemetry; said: string[] } {
  const said: string[] = [];
  return { said, telemetry: { ...silentTelemetry, log: (_level, message) => void said.push(message) } };
}

it('works groups in order and fails the rest of a group after a failure, other groups go on', async () => {
  const { telemetry, said } = listen();
  const done: string[] = [];
  const records = [record('a1', 'a'), record('b1', 'b'), record('a2', 'a'), record('a3', 'a'), record('b2', 'b')];
  const answer = await consumeBatch(
    records,
    async ({ id, body, groupId, deliveries, receipt }) => {
      expect({ id, groupId, deliveries, receipt }).toEqual({
        id: body,
        groupId: body[0],
        deliveries: 1,
        receipt: `r-${body}`,
      });
      await Promise.resolve();
      if (body === 'a2') throw new AppError('unavailable', 'broker did not answer');
      done.push(body);
    },
    telemetry,
  );
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'a2' }, { itemIdentifier: 'a3' }] });
  expect(done.filter((body) => body.startsWith('a'))).toEqual(['a1']);
  expect(done.filter((body) => body.startsWith('b'))).toEqual(['b1', 'b2']);
  expect(said).toEqual(['queue message failed: broker did not answer']);
});

it('answers a batch that went well with no failure', async () => {
  expect(await consumeBatch([record('a', 'g')], async () => {}, silentTelemetry)).toEqual({ batchItemFailures: [] });
  expect(await consumeBatch([], async () => {}, silentTelemetry)).toEqual({ batchItemFailures: [] });
});

it('reports and logs a malformed record, and drops none', async () => {
  const { telemetry, said } = listen();
  const done: string[] = [];
  const records = [
    { ...record('no-body', 'x'), body: undefined as unknown as string },
    { ...record('no-count', 'y'), attributes: { MessageGroupId: 'y' } },
    record('no-group', undefined),
    record('good', 'z'),
  ];
  const answer = await consumeBatch(records, async ({ id }) => void done.push(id), telemetry);
  expect(answer.batchItemFailures.map((failure) => failure.itemIdentifier)).toEqual([
    'no-body',
    'no-count',
    'no-group',
  ]);
  expect(done).toEqual(['good']);
  expect(said).toHaveLength(3);
});

it('throws when a record cannot even be named, so that the whole batch comes back', async () => {
  const work = consumeBatch([{ ...record('x', 'g'), messageId: '' }], async () => {}, silentTelemetry);
  await expect(work).rejects.toThrow(/record 0 .* no messageId/);
});
