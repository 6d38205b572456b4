import { LONGEST_LAMBDA_TASK_S } from './machines/plans.ts';
import type { FunctionName } from './names.ts';

export interface FunctionSpec {
  readonly memoryMb: number;
  readonly timeoutS: number;
  readonly what: string;
  /** At most so many at once. A new account must first have its limit raised: AWS keeps 10 for all functions together. */
  readonly reservedConcurrency?: number;
}

export const FUNCTION_PLAN: Readonly<Record<FunctionName, FunctionSpec>> = {
  // The HTTP API gives up after 30 s.
  api: { memoryMb: 512, timeoutS: 29, what: 'The HTTP API' },
  control: { memoryMb: 512, timeoutS: 60, what: 'Prepares a run, records that one was given up' },
  task: { memoryMb: 3008, timeoutS: LONGEST_LAMBDA_TASK_S, what: 'One task of a run' },
  // One at a time: each import commits a manifest of the lake.
  import: { memoryMb: 2048, timeoutS: 300, what: 'Reads an uploaded file into the lake', reservedConcurrency: 1 },
  'billing-webhook': { memoryMb: 256, timeoutS: 15, what: 'Checks and queues what Stripe sends' },
  'billing-consumer': { memoryMb: 512, timeoutS: 60, what: 'Applies queued billing events' },
  // One at a time: each brings every subscription to what Stripe has.
  'billing-reconcile': {
    memoryMb: 512,
    timeoutS: 900,
    what: 'Compares every subscription with Stripe',
    reservedConcurrency: 1,
  },
  'dead-man': { memoryMb: 512, timeoutS: 60, what: "Tells when a session's daily run has not finished" },
  // One at a time, as imports are; a year of the whole market lies in memory once while it is joined.
  'lake-care': { memoryMb: 2048, timeoutS: 900, what: 'Joins, archives and sweeps the lake', reservedConcurrency: 1 },
  // One at a time, each: what another invocation began is over. They ask vendors slowly, within their limits.
  records: { memoryMb: 512, timeoutS: 900, what: 'Asks sources for records and lists', reservedConcurrency: 1 },
  // As large as a task: the features of the whole market lie in memory once.
  features: {
    memoryMb: 3008,
    timeoutS: 900,
    what: 'Raises alerts, computes and keeps features',
    reservedConcurrency: 1,
  },
  bars: { memoryMb: 2048, timeoutS: 900, what: 'Brings bars into the lake', reservedConcurrency: 1 },
};
