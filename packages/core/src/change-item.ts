import { AppError, isAppError } from './errors.ts';
import {
  unchangedSince,
  type Condition,
  type Item,
  type ItemKey,
  type ItemTable,
  type StoredItem,
  type Write,
} from './ports/item-table.ts';

/** What a change decided on. Without `item` and `also` there is nothing to do, and nothing is written. */
export interface ItemChange<T> {
  /** What takes the item's place; left out, the item stays as it is. */
  readonly item?: Omit<Item, keyof ItemKey>;
  /** What is written with it, all or none. */
  readonly also?: readonly Write[];
  /** What the caller is told when it is written. */
  readonly result: T;
}

export interface ChangeOptions {
  /** What is changed, for the error: "the flag uploads". Whoever asked may read it. */
  readonly what: string;
  /** What to do when the others do not leave off. */
  readonly advice?: string;
  readonly attempts?: number;
  /** For each lost race: an error that ends the tries, because no later one can win. */
  readonly giveUp?: (conflict: AppError) => AppError | undefined;
}

const ATTEMPTS = 10;

/**
 * Reads an item, decides and writes, on condition that nobody wrote in between; who comes second stands back for a while and decides again
 * on what is there then. So no change is lost, and no lock is held. A change
 * whose answer was lost on its way, and that another followed at once, may be made twice where it is no transaction (`also`). `change` may run several times and therefore has no effect but its
 * answer (and objects that are named by their content); what it throws ends the change.
 *
 * @throws AppError(conflict, retryable) when it came second as often as it may.
 * @example
 * const next = (found: StoredItem | undefined) => ({ item: { v: COUNTER.v, body: { n: (bodyOf(found, COUNTER)?.n ?? 0) + 1 } }, result: undefined });
 * await changeItem(items, key, next, { what: 'the counter' });
 */
export async function changeItem<T>(
  table: ItemTable,
  { table: name, pk, sk }: ItemKey,
  change: (found: StoredItem | undefined) => ItemChange<T> | Promise<ItemChange<T>>,
  options: ChangeOptions,
): Promise<T> {
  const key: ItemKey = { table: name, pk, sk };
  const { attempts = ATTEMPTS } = options;
  for (let attempt = 1; ; attempt++) {
    const found = await table.get(key);
    const { item, also = [], result } = await change(found);
    try {
      await write(table, item === undefined ? undefined : { ...item, ...key }, unchangedSince(found), also);
      return result;
    } catch (error) {
      if (!isAppError(error, 'conflict')) throw error;
      const final = options.giveUp?.(error) ?? (attempt >= attempts ? cameSecond(options, attempt, error) : undefined);
      if (final !== undefined) throw final;
    }
    await table.standBack(attempt);
  }
}

async function write(table: ItemTable, item: Item | undefined, when: Condition, also: readonly Write[]): Promise<void> {
  const own: readonly Write[] = item === undefined ? [] : [{ kind: 'put', item, when }];
  if (item !== undefined && also.length === 0) await table.put(item, when);
  else if (own.length + also.length > 0) await table.transact([...own, ...also]);
}

function cameSecond({ what, advice }: ChangeOptions, attempts: number, cause: AppError): AppError {
  return new AppError(
    'conflict',
    `${what} is being changed by others: each of ${attempts} tries came second; ${advice ?? 'try again in a moment'}`,
    { retryable: true, context: { attempts }, cause },
  );
}
