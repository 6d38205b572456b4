import type { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { countPendingMessages } from './pending-messages.ts';

const clientOf = (attributes: Readonly<Record<string, Readonly<Record<string, string>>>>): SQSClient =>
  ({
    send: async ({ input }: GetQueueAttributesCommand) => {
      const found = attributes[input.QueueUrl!];
      if (found === undefined) throw new Error('no such queue');
      return { Attributes: Object.fromEntries(input.AttributeNames!.map((name) => [name, found[name]])) };
    },
  }) as unknown as SQSClient;

it('counts what waits, is in flight, is delayed and was given up', async () => {
  const client = clientOf({
    queue: {
      ApproximateNumberOfMessages: '2',
      ApproximateNumberOfMessagesNotVisible: '3',
      ApproximateNumberOfMessagesDelayed: '4',
    },
    dead: { ApproximateNumberOfMessages: '50' },
  });
  expect(await countPendingMessages(client, ['queue', 'dead'])).toBe(59);
});

it('takes a queue that cannot be looked at for no empty one', async () => {
  await expect(countPendingMessages(clientOf({}), ['queue'])).rejects.toMatchObject({ code: 'unavailable' });
});
