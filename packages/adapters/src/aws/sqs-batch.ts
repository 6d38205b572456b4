import { errorMessage, isAppError, type IncomingMessage, type Telemetry } from '@aion/core';

/** The part of a Lambda SQS event's record that is used. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
}

export interface BatchAnswer {
  readonly batchItemFailures: { itemIdentifier: string }[];
}

/**
 * Works through a Lambda batch of a FIFO queue. Groups run beside each other, a group's messages in order; after a failure the rest of
 * its group fails too, untouched, so that SQS delivers them again in order. A record that cannot be read, or that `work` refuses, is a
 * logged failure and ends among the dead letters: nothing is dropped.
 *
 * @example export const handler = (event) => consumeBatch(event.Records, (message) => execute(app(), message), telemetry);
 */
export async function consumeBatch(
  records: readonly SqsRecord[],
  work: (message: IncomingMessage) => Promise<void>,
  telemetry: Telemetry,
): Promise<BatchAnswer> {
  const groups = new Map<string, SqsRecord[]>();
  records.forEach((record, index) => {
    if (typeof record?.messageId !== 'string' || record.messageId === '') {
      // Without an id it cannot be reported alone: the whole batch must come back.
      throw new TypeError(`record ${index} of the batch has no messageId: expected an SQS event of Lambda`);
    }
    const group = record.attributes?.['MessageGroupId'] ?? '';
    groups.set(group, [...(groups.get(group) ?? []), record]);
  });
  const failed = new Set<string>();
  await Promise.all(
    [...groups].map(async ([groupId, members]) => {
      let broken = groupId === '';
      for (const record of members) {
        if (groupId === '') telemetry.log('error', 'queue record without a group', { messageId: record.messageId });
        if (!broken) {
          try {
            await work(toMessage(record, groupId));
            continue;
          } catch (error) {
            broken = true;
            telemetry.count('queue_failures', 1, { code: isAppError(error) ? error.code : 'unknown' });
            telemetry.log('error', `queue message failed: ${errorMessage(error)}`, {
              messageId: record.messageId,
              groupId,
              error,
            });
          }
        }
        failed.add(record.messageId);
      }
    }),
  );
  return {
    batchItemFailures: records
      .filter((record) => failed.has(record.messageId))
      .map((record) => ({ itemIdentifier: record.messageId })),
  };
}

function toMessage(record: SqsRecord, groupId: string): IncomingMessage {
  const deliveries = Number(record.attributes['ApproximateReceiveCount'] ?? 'NaN');
  if (typeof record.body !== 'string' || !Number.isInteger(deliveries)) {
    throw new TypeError(
      `expected a record with a body and ApproximateReceiveCount, found ${Object.keys(record).join(', ')}`,
    );
  }
  return { id: record.messageId, body: record.body, groupId, deliveries, receipt: record.receiptHandle };
}
