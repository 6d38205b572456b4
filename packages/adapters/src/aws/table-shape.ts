import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** The attribute that DynamoDB's time to live reads: epoch seconds. */
export const TTL_ATTRIBUTE = 'expiresAtS';

/** Each index's partition and sort key. `primary` is the table itself. */
export const INDEX_KEYS = {
  primary: { pk: 'pk', sk: 'sk' },
  gsi1: { pk: 'gsi1pk', sk: 'gsi1sk' },
  gsi2: { pk: 'gsi2pk', sk: 'gsi2sk' },
} as const;

/** The one shape of all three tables: what the emulator creates, the check expects and the infrastructure must render. */
export function tableShape(name: string): CreateTableCommandInput & { TableName: string } {
  const index = (of: 'gsi1' | 'gsi2') => ({
    IndexName: of,
    KeySchema: [
      { AttributeName: INDEX_KEYS[of].pk, KeyType: 'HASH' as const },
      { AttributeName: INDEX_KEYS[of].sk, KeyType: 'RANGE' as const },
    ],
    Projection: { ProjectionType: 'ALL' as const },
  });
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S' as const,
    })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [index('gsi1'), index('gsi2')],
  };
}
