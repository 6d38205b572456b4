import { expect, it } from 'vitest';
import { queueContract } from '../../../core/test/contract-suites/queue.ts';
import { createQueue, emulatorClients, passMotoTime } from '../../../../test/aws/emulators.ts';
import { makeSqsQueue } from './sqs-queue.ts';

const { sqs } = emulatorClients();
const make = async (maxDeliveries = 3) => makeSqsQueue({ client: sqs, ...(await createQueue(sqs, maxDeliveries)) });

queueContract('SQS', (_clock, maxDeliveries) => make(maxDeliveries), { pass: passMotoTime });

it('keeps what the dead letters were when they are looked at twice', async () => {
  const queue = await make(1);
  for (const groupId of ['a', 'b']) await queue.send({ body: groupId, groupId, deduplicationId: groupId });
  expect(await queue.receive({ max: 10, visibilityMs: 1000 })).toHaveLength(2);
  await passMotoTime(1001);
  expect(await queue.receive({ max: 10, visibilityMs: 1000 })).toEqual([]);
  for (let look = 0; look < 2; look++) {
    expect((await queue.deadLetters()).map((message) => message.body).sort()).toEqual(['a', 'b']);
    expect(await queue.deadLetters(1)).toHaveLength(1);
  }
});

it('redrives a message whose first id is still remembered', async () => {
  const queue = await make(1);
  await queue.send({ body: 'x', groupId: 'g', deduplicationId: 'once' });
  await queue.receive({ max: 1, visibilityMs: 1000 });
  await passMotoTime(1001);
  await queue.receive({ max: 1, visibilityMs: 1000 });
  expect(await queue.redrive()).toBe(1);
  expect(await queue.receive({ max: 1, visibilityMs: 1000 })).toMatchObject([
    { body: 'x', deliveries: 1, groupId: 'g' },
  ]);
  expect(await queue.redrive()).toBe(0);
});

it('takes any deduplication id and refuses a group that SQS would refuse, by name', async () => {
  const queue = await make();
  const deduplicationId = `ü ${'x'.repeat(300)}`;
  for (let i = 0; i < 2; i++) await queue.send({ body: 'x', groupId: 'g', deduplicationId });
  const messages = await queue.receive({ max: 10, visibilityMs: 1000 });
  expect(messages).toHaveLength(1);
  await expect(queue.send({ body: 'x', groupId: 'a b', deduplicationId: 'd' })).rejects.toMatchObject({
    code: 'bad_input',
  });
});

it('names a queue that does not exist', async () => {
  const { queueUrl, deadLetterUrl } = await createQueue(sqs);
  const lost = makeSqsQueue({ client: sqs, queueUrl: queueUrl.replace('.fifo', 'x.fifo'), deadLetterUrl });
  await expect(lost.receive({ max: 1, visibilityMs: 1000 })).rejects.toMatchObject({ code: 'missing_data' });
});
