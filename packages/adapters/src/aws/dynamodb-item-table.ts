import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import {
  AppError,
  errorMessage,
  isAppError,
  keyOfWrite,
  makeRng,
  makeStandBack,
  pageLimit,
  requireItem,
  requireKey,
  requireTransaction,
  type Clock,
  type ItemKey,
  type ItemPage,
  type ItemTable,
  type KeyRange,
  type Page,
  type Rng,
  type TableName,
  type Telemetry,
  type Write,
} from '@aion/core';
import { decodeCursor, encodeCursor, planRange, type Attributes } from './dynamodb-range.ts';
import { toCheck, toItem, toKey, toUpdate, type PutForm } from './dynamodb-write.ts';
import { TryAgain, withRetry, type RetryOptions } from './retry.ts';
import { TTL_ATTRIBUTE } from './table-shape.ts';

const MAX_FORM_CHANGES = 10;
/** A write takes some ten milliseconds there and back. */
const STAND_BACK = { firstMs: 25, longestMs: 1000 };
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);
/** A page that fills slowly, because expired items were not removed yet, ends here and hands out a cursor. */
const MAX_PAGE_REQUESTS = 50;

export interface DynamoItemTableOptions {
  readonly client: DynamoDBClient;
  readonly tables: Readonly<Record<TableName, string>>;
  readonly clock: Clock;
  readonly telemetry?: Telemetry;
  readonly rng?: Rng;
  readonly retry?: RetryOptions;
}

/**
 * The ItemTable port on DynamoDB. Reads of the table are consistent; the two indexes follow it within moments, so re-read an item
 * found through them before acting on it.
 *
 * A lost answer is asked for again. A conditional write that had landed is told from a lost race by the write's own id (puts) or
 * by DynamoDB's request token (transactions and conditional deletes, which are therefore transactions of one). An unconditional
 * write may be applied a second time over another writer's newer one: use a condition where that matters.
 */
export function makeDynamoItemTable(options: DynamoItemTableOptions): ItemTable {
  const { client, tables, clock, rng = makeRng(randomUUID()) } = options;
  const retry: RetryOptions = {
    ...options.retry,
    rng,
    ...(options.telemetry === undefined ? {} : { telemetry: options.telemetry }),
  };
  const nowS = (): number => Math.floor(clock.nowMs() / 1000);
  const ask = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await withRetry(`DynamoDB ${what}`, work, retry);
    } catch (error) {
      throw translate(what, error);
    }
  };

  const transact = async (writes: readonly Write[]): Promise<void> => {
    requireTransaction(writes);
    if (writes.length === 0) return;
    const forms = writes.map((): PutForm => 'grow');
    for (let change = 0; change < MAX_FORM_CHANGES; change++) {
      const writeId = randomUUID();
      const TransactItems = writes.map((write, index) => toTransactItem(write, forms[index]!, writeId, nowS(), tables));
      try {
        await ask('TransactWriteItems', () => sendTransaction(client, TransactItems, writeId));
        return;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const refused = (error.CancellationReasons ?? []).flatMap(({ Code }, index) =>
          Code === 'ConditionalCheckFailed' ? [index] : [],
        );
        const isFree = (index: number): boolean => writes[index]?.kind === 'put' && writes[index].when === undefined;
        const failed = refused.filter((index) => !isFree(index));
        if (failed.length > 0) throw conflict(failed, writes.map(keyOfWrite), error);
        for (const index of refused) forms[index] = forms[index] === 'grow' ? 'restart' : 'grow';
      }
    }
    throw contended('transaction');
  };

  return {
    async get(key, { eventual = false } = {}) {
      requireKey(key);
      const { Item } = await ask('GetItem', () =>
        client.send(new GetItemCommand({ TableName: tables[key.table], Key: toKey(key), ConsistentRead: !eventual })),
      );
      return Item === undefined || isExpired(Item, nowS()) ? undefined : toItem(key.table, Item);
    },
    async put(item, when) {
      requireItem(item);
      const writeId = randomUUID();
      let form: PutForm = 'grow';
      for (let change = 0; change < MAX_FORM_CHANGES; change++) {
        const command = new UpdateItemCommand({
          TableName: tables[item.table],
          Key: toKey(item),
          ...toUpdate(item, when, form, writeId, nowS()),
          ReturnValues: 'UPDATED_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        });
        try {
          const { Attributes: written } = await ask('UpdateItem', () => client.send(command));
          return Number(written?.['rev']?.N);
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
          if (error.Item?.['w']?.S === writeId) return Number(error.Item['rev']?.N);
          if (when !== undefined) throw conflict([0], [item], error);
          form = form === 'grow' ? 'restart' : 'grow';
        }
      }
      throw contended(`put of ${item.pk} | ${item.sk}`);
    },
    async delete(key, when) {
      requireKey(key);
      if (when !== undefined) return transact([{ kind: 'delete', key, when }]);
      await ask('DeleteItem', () =>
        client.send(new DeleteItemCommand({ TableName: tables[key.table], Key: toKey(key) })),
      );
    },
    transact,
    async query(range, page = {}) {
      return queryPage(range, page, tables, nowS(), (input) =>
        ask('Query', () => client.send(new QueryCommand(input))),
      );
    },
    standBack: makeStandBack(clock, rng, STAND_BACK),
  };
}

async function queryPage(
  range: KeyRange,
  page: Page,
  tables: Readonly<Record<TableName, string>>,
  nowS: number,
  ask: (
    input: ConstructorParameters<typeof QueryCommand>[0],
  ) => Promise<{ Items?: Attributes[] | undefined; LastEvaluatedKey?: Attributes | undefined }>,
): Promise<ItemPage> {
  const limit = pageLimit(page);
  let start = page.after === undefined ? undefined : decodeCursor(range, page.after);
  const plan = planRange(range);
  if (plan.kind === 'empty') return { items: [] };
  const primary = (range.index ?? 'primary') === 'primary';
  const sortName = plan.names['#sk'];
  const found: Attributes[] = [];
  for (let request = 0; request < MAX_PAGE_REQUESTS; request++) {
    const answer = await ask({
      TableName: tables[range.table],
      ...(primary ? { ConsistentRead: page.eventual !== true } : { IndexName: range.index! }),
      KeyConditionExpression: plan.condition,
      FilterExpression: `attribute_not_exists(#expiry) OR #expiry > :now`,
      ExpressionAttributeNames: { ...plan.names, '#expiry': TTL_ATTRIBUTE },
      ExpressionAttributeValues: { ...plan.values, ':now': { N: String(nowS) } },
      ScanIndexForward: !(range.descending ?? false),
      // One more than asked for, so that the last page is known to be the last.
      Limit: limit + 1 - found.length,
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    found.push(...(answer.Items ?? []).filter((item) => sortName === undefined || plan.keeps(item[sortName]?.S ?? '')));
    start = answer.LastEvaluatedKey;
    if (found.length > limit || start === undefined) break;
  }
  const items = found.slice(0, limit).map((item) => toItem(range.table, item));
  const last = found.length > limit ? found[limit - 1] : start;
  return last === undefined ? { items } : { items, next: encodeCursor(range, last) };
}

function toTransactItem(
  write: Write,
  form: PutForm,
  writeId: string,
  nowS: number,
  tables: Readonly<Record<TableName, string>>,
): TransactWriteItem {
  const key = keyOfWrite(write);
  const where = { TableName: tables[key.table], Key: toKey(key) };
  if (write.kind === 'put') return { Update: { ...where, ...toUpdate(write.item, write.when, form, writeId, nowS) } };
  const check = toCheck(write.when, nowS);
  if (write.kind === 'delete') return { Delete: { ...where, ...check } };
  return { ConditionCheck: { ...where, ...check, ConditionExpression: check.ConditionExpression } };
}

/** A cancellation for a passing reason did nothing and is asked again; one for a failed condition is the answer. */
async function sendTransaction(
  client: DynamoDBClient,
  TransactItems: TransactWriteItem[],
  token: string,
): Promise<void> {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken: token }));
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
    if (codes.includes('ConditionalCheckFailed')) throw error;
    if (codes.some((code) => PASSING.has(code))) throw new TryAgain(codes.join(', '), { cause: error });
    throw new AppError('bad_input', `DynamoDB refused a transaction: ${codes.join(', ')}; ${error.message}`, {
      cause: error,
    });
  }
}

function isExpired(item: Attributes, nowS: number): boolean {
  const expiry = item[TTL_ATTRIBUTE]?.N;
  return expiry !== undefined && Number(expiry) <= nowS;
}

function conflict(failed: readonly number[], keys: readonly ItemKey[], cause: unknown): AppError {
  const names = failed.map((index) => `${keys[index]?.pk} | ${keys[index]?.sk}`).join(', ');
  return new AppError(
    'conflict',
    `the condition on ${names} does not hold: it was changed by another writer; read again`,
    { retryable: true, context: { failed }, cause },
  );
}

function contended(what: string): AppError {
  return new AppError(
    'unavailable',
    `${what}: the item expired and came back ${MAX_FORM_CHANGES} times in a row; try again`,
    {
      retryable: true,
    },
  );
}

function translate(what: string, error: unknown): unknown {
  if (error instanceof ConditionalCheckFailedException || error instanceof TransactionCanceledException) return error;
  if (isAppError(error)) return error;
  if (error instanceof ResourceNotFoundException) {
    return new AppError(
      'missing_data',
      `DynamoDB ${what}: a table or index does not exist; deploy the stage, or correct the table names`,
      { cause: error },
    );
  }
  const refused = error instanceof Error && error.name === 'ValidationException';
  return new AppError(refused ? 'bad_input' : 'unavailable', `DynamoDB ${what} was refused: ${errorMessage(error)}`, {
    cause: error,
  });
}
