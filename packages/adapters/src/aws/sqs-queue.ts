import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { AppError, errorMessage, type IncomingMessage, type Queue } from '@aion/core';

/** What SQS takes as a group or deduplication id. */
const ID = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;
/** How long an operator's look at the dead letters hides them from another's. */
const LOOK_SECONDS = 30;
const MAX_VISIBILITY_SECONDS = 43_200;

/**
 * The Queue port on an SQS FIFO queue with a dead-letter queue. Where SQS differs from the port's words:
 *
 * - Visibility is in whole seconds: times are rounded up.
 * - One receive may hand out several messages of a group, in order. The port promises one at a time, so each message is asked for
 *   alone: `receive` costs one request a message and one that comes back empty. Lambda consumers get batches: see `consumeBatch`.
 * - A FIFO queue refuses to delete or extend with a receipt whose visibility time has passed; that answer becomes `false`. A message that
 *   was deleted already counts as acknowledged, since SQS says so.
 * - How many deliveries make a dead letter is set on the queue (`RedrivePolicy`), and a message moves there when it would be
 *   delivered once more, not before.
 * - `deadLetters` receives and lets go again: it counts as a delivery of the dead-letter queue, shows at most the first ten of a group, and
 *   two operators looking at once see different parts for a moment.
 */
export function makeSqsQueue(options: { client: SQSClient; queueUrl: string; deadLetterUrl: string }): Queue {
  const { client, queueUrl, deadLetterUrl } = options;

  const receive = async (url: string, max: number, seconds: number): Promise<Message[]> => {
    const { Messages } = await ask('ReceiveMessage', () =>
      client.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: max,
          VisibilityTimeout: seconds,
          WaitTimeSeconds: 0,
          MessageSystemAttributeNames: ['MessageGroupId', 'ApproximateReceiveCount', 'MessageDeduplicationId'],
        }),
      ),
    );
    return Messages ?? [];
  };
  const send = (body: string, groupId: string, deduplicationId: string): Promise<unknown> =>
    ask('SendMessage', () =>
      client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageGroupId: groupId,
          MessageDeduplicationId: deduplicationId,
        }),
      ),
    );
  const setVisibility = (url: string, receipt: string, seconds: number): Promise<boolean> =>
    unlessStale('ChangeMessageVisibility', () =>
      client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: receipt, VisibilityTimeout: seconds }),
      ),
    );
  const remove = (url: string, receipt: string): Promise<boolean> =>
    unlessStale('DeleteMessage', () =>
      client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receipt })),
    );

  return {
    async send(message) {
      if (!ID.test(message.groupId)) {
        throw new AppError('bad_input', `"${message.groupId}" is no group id: 1 to 128 letters, digits or punctuation`);
      }
      await send(message.body, message.groupId, toDeduplicationId(message.deduplicationId));
    },
    async receive({ max, visibilityMs }) {
      const taken: IncomingMessage[] = [];
      while (taken.length < Math.min(max, 10)) {
        const [message] = await receive(queueUrl, 1, toSeconds(visibilityMs));
        if (message === undefined) break;
        taken.push(toIncoming(message));
      }
      return taken;
    },
    async acknowledge(receipt) {
      return receipt !== '' && (await remove(queueUrl, receipt));
    },
    async extend(receipt, visibilityMs) {
      return receipt !== '' && (await setVisibility(queueUrl, receipt, toSeconds(visibilityMs)));
    },
    async deadLetters(limit = 100) {
      const seen: IncomingMessage[] = [];
      try {
        while (seen.length < limit) {
          const messages = await receive(deadLetterUrl, Math.min(10, limit - seen.length), LOOK_SECONDS);
          if (messages.length === 0) break;
          seen.push(...messages.map(toIncoming));
        }
      } finally {
        for (const message of seen) await setVisibility(deadLetterUrl, message.receipt, 0);
      }
      return seen.map((message) => ({ ...message, receipt: '' }));
    },
    async redrive() {
      let moved = 0;
      for (;;) {
        const messages = await receive(deadLetterUrl, 10, LOOK_SECONDS);
        if (messages.length === 0) return moved;
        for (const message of messages) {
          const { id, body, groupId, receipt } = toIncoming(message);
          // The old id may still be remembered and would drop the message. This one follows from the message, so that a
          // redrive that stopped between the send and the delete does not deliver twice when it is run again.
          await send(body, groupId, `redrive-${id}`);
          await remove(deadLetterUrl, receipt);
          moved++;
        }
      }
    },
  };
}

function toIncoming(message: Message): IncomingMessage {
  return {
    id: message.MessageId ?? '',
    body: message.Body ?? '',
    groupId: message.Attributes?.MessageGroupId ?? '',
    deliveries: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    receipt: message.ReceiptHandle ?? '',
  };
}

function toDeduplicationId(id: string): string {
  return ID.test(id) ? id : createHash('sha256').update(id).digest('hex');
}

function toSeconds(milliseconds: number): number {
  return Math.min(MAX_VISIBILITY_SECONDS, Math.ceil(milliseconds / 1000));
}

async function unlessStale(what: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isStale(error)) return false;
    throw failed(what, error);
  }
}

/** SQS says it in several ways: not in flight, no such receipt, or an invalid value whose reason is an expired receipt. */
function isStale(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (['MessageNotInflight', 'ReceiptHandleIsInvalid'].includes(error.name)) return true;
  return /InvalidParameterValue/.test(error.name) && /receipt ?handle/i.test(error.message);
}

async function ask<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failed(what, error);
  }
}

function failed(what: string, error: unknown): AppError {
  if (error instanceof Error && error.name === 'QueueDoesNotExist') {
    return new AppError(
      'missing_data',
      `SQS ${what}: the queue does not exist; deploy the stage, or correct its address`,
      {
        cause: error,
      },
    );
  }
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return new AppError('unavailable', `SQS ${what} failed: ${errorMessage(error)}`, {
    retryable: status === 0 || status === 429 || status >= 500,
    cause: error,
  });
}
