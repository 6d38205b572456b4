import { SQSClient } from '@aws-sdk/client-sqs';
import type { Queue } from '@aion/core';
import { makeSqsQueue } from './sqs-queue.ts';
import { SMALL_ANSWERS, withTimeOuts, type TimeOuts } from './time-outs.ts';

/**
 * A client for the queues of one region, with the time limits of calls whose answers are small unless others are given.
 *
 * @example const queue = makeSqsQueue({ client: makeSqsClient('ap-south-1'), queueUrl, deadLetterUrl });
 */
export const makeSqsClient = (region: string, timeOuts: TimeOuts = SMALL_ANSWERS): SQSClient =>
  new SQSClient({ region, ...withTimeOuts(timeOuts) });

/** A queue by its addresses, with a client of its own. */
export function openSqsQueue(options: {
  region: string;
  queueUrl: string;
  deadLetterUrl: string;
  timeOuts?: TimeOuts;
}): Queue {
  return makeSqsQueue({ ...options, client: makeSqsClient(options.region, options.timeOuts) });
}
