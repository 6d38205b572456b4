import { ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AppError, errorMessage, type StoredItem, type TableName } from '@aion/core';
import type { Attributes } from './dynamodb-range.ts';
import { toItem } from './dynamodb-write.ts';

/**
 * Every item of the tables that has not expired. It scans, which no function of the product may do: for an operator who moves or
 * checks a whole stage.
 */
export async function* allDynamoItems(
  client: DynamoDBClient,
  tables: Readonly<Record<TableName, string>>,
  nowMs: number,
): AsyncGenerator<StoredItem> {
  for (const [table, TableName] of Object.entries(tables) as [TableName, string][]) {
    let last: Attributes | undefined;
    do {
      const page = await client
        .send(
          new ScanCommand({
            TableName,
            ConsistentRead: true,
            ...(last === undefined ? {} : { ExclusiveStartKey: last }),
          }),
        )
        .catch((cause: unknown) => {
          throw new AppError('unavailable', `table ${TableName} could not be read: ${errorMessage(cause)}`, { cause });
        });
      for (const found of page.Items ?? []) {
        const item = toItem(table, found);
        if (item.expiresAtS === undefined || item.expiresAtS > nowMs / 1000) yield item;
      }
      last = page.LastEvaluatedKey;
    } while (last !== undefined);
  }
}
