import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What a client has asked of DynamoDB. Units are DynamoDB's own count of consumed capacity. */
export interface Usage {
  requests: number;
  readUnits: number;
  writeUnits: number;
  byOperation: Record<string, number>;
}

type Consumed = { CapacityUnits?: number | undefined };

const READS = new Set(['GetItem', 'Query', 'BatchGetItem', 'Scan', 'TransactGetItems']);

/** Counts every request that leaves the client (retries too) and the capacity that it consumed. Returns the running totals. */
export function meterUsage(client: DynamoDBClient): Usage {
  const usage: Usage = { requests: 0, readUnits: 0, writeUnits: 0, byOperation: {} };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = (context.commandName ?? '').replace(/Command$/, '');
      if (!isMetered(operation)) return next(args);
      const answer = await next({
        ...args,
        input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } as typeof args.input,
      });
      const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: Consumed | Consumed[] };
      const parts = ConsumedCapacity === undefined ? [] : [ConsumedCapacity].flat();
      const units = parts.reduce((sum, part) => sum + (part.CapacityUnits ?? 0), 0);
      if (READS.has(operation)) usage.readUnits += units;
      else usage.writeUnits += units;
      return answer;
    },
    { step: 'initialize', name: 'meterCapacity', override: true },
  );
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = (context.commandName ?? '').replace(/Command$/, '');
      usage.requests++;
      usage.byOperation[operation] = (usage.byOperation[operation] ?? 0) + 1;
      return next(args);
    },
    // Low: inside the SDK's own retry, so that each try counts.
    { step: 'finalizeRequest', priority: 'low', name: 'meterRequests', override: true },
  );
  return usage;
}

function isMetered(operation: string): boolean {
  return (
    READS.has(operation) ||
    ['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems', 'BatchWriteItem'].includes(operation)
  );
}
