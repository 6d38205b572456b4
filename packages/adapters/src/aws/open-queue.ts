import { SQSClient } from '@aws-sdk/client-sqs';
import type { Queue } from '@aion/core';
import { makeSqsQueue } from './sqs-queue.ts';

/** A queue by its addresses, with a client of its own. */
export function openSqsQueue(options: { region: string; queueUrl: string; deadLetterUrl: string }): Queue {
  return makeSqsQueue({ ...options, client: new SQSClient({ region: options.region }) });
}
