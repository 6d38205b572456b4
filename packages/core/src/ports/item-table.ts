import { AppError } from '../errors.ts';

/**
 * The state of the product: small items under a partition key and a sort key, with two secondary indexes.
 * One shape for SQLite and DynamoDB; every store is written once on top of it.
 */
export const TABLE_NAMES = ['product', 'money', 'ephemeral'] as const;
export type TableName = (typeof TABLE_NAMES)[number];

export interface ItemKey {
  readonly table: TableName;
  readonly pk: string;
  readonly sk: string;
}

/** `v` is the item's schema version; a store upcasts older ones on read. `body` is JSON. */
export interface Item extends ItemKey {
  readonly v: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly gsi1pk?: string;
  readonly gsi1sk?: string;
  readonly gsi2pk?: string;
  readonly gsi2sk?: string;
  /** Epoch seconds after which the item counts as absent (and may be removed). */
  readonly expiresAtS?: number;
}

/** A stored item with its revision, which grows by one with each write. */
export interface StoredItem extends Item {
  readonly rev: number;
}

export type Condition =
  | { readonly kind: 'absent' }
  | { readonly kind: 'exists' }
  | { readonly kind: 'rev'; readonly rev: number };

/**
 * That an item is as it was when it was read; `found` is what the reading gave. For changes that read, decide and write.
 *
 * @example await items.put(next, unchangedSince(await items.get(key))) // AppError(conflict) where somebody was faster
 */
export const unchangedSince = (found: { readonly rev: number } | undefined): Condition =>
  found === undefined ? { kind: 'absent' } : { kind: 'rev', rev: found.rev };

export type Write =
  | { readonly kind: 'put'; readonly item: Item; readonly when?: Condition }
  | { readonly kind: 'delete'; readonly key: ItemKey; readonly when?: Condition }
  | { readonly kind: 'check'; readonly key: ItemKey; readonly when: Condition };

export type IndexName = 'primary' | 'gsi1' | 'gsi2';

export interface KeyRange {
  readonly table: TableName;
  readonly index?: IndexName;
  readonly pk: string;
  /** Sort keys that begin so. */
  readonly prefix?: string;
  /** Inclusive bounds on the sort key. */
  readonly from?: string;
  readonly to?: string;
  readonly descending?: boolean;
}

export interface ReadOptions {
  /** Half the price on DynamoDB: the answer may lag behind the newest write by moments. For what is shown, never for what is decided. */
  readonly eventual?: boolean;
}

export interface Page extends ReadOptions {
  readonly limit?: number;
  /** The `next` of the page before. Opaque. */
  readonly after?: string;
}

export interface ItemPage {
  readonly items: readonly StoredItem[];
  readonly next?: string;
}

export interface ItemTable {
  get(key: ItemKey, options?: ReadOptions): Promise<StoredItem | undefined>;
  /** Throws AppError(conflict) when the condition fails. Returns the new revision. */
  put(item: Item, when?: Condition): Promise<number>;
  delete(key: ItemKey, when?: Condition): Promise<void>;
  /** All or none. Throws AppError(conflict) with `context.failed`: the indexes of the writes whose condition failed. */
  transact(writes: readonly Write[]): Promise<void>;
  query(range: KeyRange, page?: Page): Promise<ItemPage>;
  /**
   * Waits before a change that came second is tried again, for the `lost`-th time: by chance, and the longer the more often it
   * lost. How long is for the table to say, since it knows how long its writers take. `changeItem` asks for it.
   */
  standBack(lost: number): Promise<void>;
}

/**
 * Walks all pages of a range, at most `cap` items: no unbounded loop.
 *
 * @throws AppError(too_large, for the operator) when there are more.
 * @example
 * const steps = await queryAll(items, { table: 'product', pk: 'RUN#NSE-20260227-daily-1a2b3c4d', prefix: 'STAGE#' });
 */
export async function queryAll(
  table: ItemTable,
  range: KeyRange,
  cap = 10_000,
  options: ReadOptions = {},
): Promise<StoredItem[]> {
  const items: StoredItem[] = [];
  let after: string | undefined;
  do {
    const page: ItemPage = await table.query(range, {
      ...options,
      limit: 500,
      ...(after === undefined ? {} : { after }),
    });
    items.push(...page.items);
    if (items.length > cap)
      throw new AppError(
        'too_large',
        `${range.pk} holds more than the ${cap} items that are read at once; ask for help with this line`,
        { audience: 'operator', context: { pk: range.pk, cap } },
      );
    after = page.next;
  } while (after !== undefined);
  return items;
}
