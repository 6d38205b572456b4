import {
  InternalServerError,
  ProvisionedThroughputExceededException,
  ThrottlingException,
  TransactionCanceledException,
  TransactionConflictException,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { Rng } from '@aion/core';

export type Fault = 'throttled' | 'over capacity' | 'conflict' | 'server error' | 'lost answer' | 'delivered twice';

export const FAULTS: readonly Fault[] = [
  'throttled',
  'over capacity',
  'conflict',
  'server error',
  'lost answer',
  'delivered twice',
];

/**
 * Makes a client meet the faults of a real network and service. The first four answer without doing the work; `lost answer` does it and
 * breaks the connection; `delivered twice` does it twice and gives the second answer. `pick` chooses for each request.
 * Returns how often each struck.
 */
export function injectFaults(
  client: DynamoDBClient,
  pick: (operation: string) => Fault | undefined,
): Record<Fault, number> {
  const struck: Record<Fault, number> = {
    throttled: 0,
    'over capacity': 0,
    conflict: 0,
    'server error': 0,
    'lost answer': 0,
    'delivered twice': 0,
  };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = (context.commandName ?? '').replace(/Command$/, '');
      const fault = pick(operation);
      if (fault === undefined) return next(args);
      struck[fault]++;
      if (fault === 'lost answer') {
        // Whatever the answer was, nobody hears it.
        await next(args).catch(() => undefined);
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      }
      if (fault === 'delivered twice') {
        await next(args).catch(() => undefined);
        return next(args);
      }
      throw toException(fault, operation);
    },
    // High in this step: outside the SDK's own reading of the answer, so that `next` gives what a caller would see.
    { step: 'deserialize', priority: 'high', name: 'faults', override: true },
  );
  return struck;
}

/** Strikes a share of all requests, the faults in turn. */
export function seededFaults(rng: Rng, share: number): (operation: string) => Fault | undefined {
  let turn = 0;
  return (operation) => {
    if (operation === 'CreateTable' || operation === 'UpdateTimeToLive' || rng.next() >= share) return undefined;
    return FAULTS[turn++ % FAULTS.length];
  };
}

function toException(fault: Fault, operation: string): Error {
  const options = { $metadata: { httpStatusCode: 400 }, message: `injected: ${fault}` };
  if (fault === 'throttled') return new ThrottlingException(options);
  if (fault === 'over capacity') return new ProvisionedThroughputExceededException(options);
  if (fault === 'server error') return new InternalServerError({ ...options, $metadata: { httpStatusCode: 500 } });
  if (operation !== 'TransactWriteItems') return new TransactionConflictException(options);
  return new TransactionCanceledException({ ...options, CancellationReasons: [{ Code: 'TransactionConflict' }] });
}

/** Turns a client into one of an emulator that reads conditions and ignores them. */
export function ignoreConditions(client: DynamoDBClient): void {
  const soften = (input: unknown): unknown => {
    if (Array.isArray(input)) return input.map(soften);
    if (typeof input !== 'object' || input === null || ArrayBuffer.isView(input)) return input;
    return Object.fromEntries(
      Object.entries(input).map(([name, value]) => [
        name,
        name === 'ConditionExpression' && typeof value === 'string'
          ? `(${value}) OR attribute_exists(pk) OR attribute_not_exists(pk)`
          : soften(value),
      ]),
    );
  };
  client.middlewareStack.add((next) => (args) => next({ ...args, input: soften(args.input) as typeof args.input }), {
    step: 'initialize',
    name: 'ignoreConditions',
    override: true,
  });
}
