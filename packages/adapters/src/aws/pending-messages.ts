import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { AppError, errorMessage } from '@aion/core';

/** How many messages wait, are in flight or were given up in some queues. SQS counts approximately, and late by up to a minute. */
export async function countPendingMessages(client: SQSClient, queueUrls: readonly string[]): Promise<number> {
  const counts = await Promise.all(
    queueUrls.map(async (QueueUrl) => {
      const AttributeNames = [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ] as const;
      try {
        const { Attributes = {} } = await client.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
        );
        return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
      } catch (cause) {
        throw new AppError('unavailable', `queue ${QueueUrl} could not be looked at: ${errorMessage(cause)}`, {
          cause,
        });
      }
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
