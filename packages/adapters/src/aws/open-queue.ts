import { SQSClient } from '@aws-sdk/client-sqs';
import type { Queue } from '@aion/core';
import { makeSqsQueue } from './sqs-queue.ts';

export const makeSqsClient = (region: string): SQSClient => new SQSClient({ region });

/** A queue by its addresses, with a client of its own. */
export function openSqsQueue(options: { region: string; queueUrl: string; deadLetterUrl: string }): Queue {
  return makeSqsQueue({ ...options, client: makeSqsClient(options.region) });
}
