import { AppError } from '../../src/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import {
  MAX_BODY_BYTES,
  type Condition,
  type Item,
  type ItemKey,
  type ItemTable,
  type KeyRange,
  type StoredItem,
  type Write,
} from '../../src/ports/item-table.ts';

/** An ItemTable for tests, in memory, under the port's contract. `held` is what it holds, by `table | pk | sk`. */
export interface MemoryItemTable extends ItemTable {
  readonly held: Map<string, StoredItem>;
}

const keyOf = ({ table, pk, sk }: ItemKey): string => `${table} | ${pk} | ${sk}`;
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

export function makeMemoryItemTable(clock: Clock): MemoryItemTable {
  const held = new Map<string, StoredItem>();
  const alive = (item: StoredItem | undefined): StoredItem | undefined =>
    item?.expiresAtS !== undefined && item.expiresAtS * 1000 <= clock.nowMs() ? undefined : item;
  const found = (key: ItemKey): StoredItem | undefined => alive(held.get(keyOf(key)));
  const holds = (key: ItemKey, when: Condition | undefined): boolean => {
    const old = found(key);
    if (when === undefined) return true;
    if (when.kind === 'absent') return old === undefined;
    return when.kind === 'exists' ? old !== undefined : old?.rev === when.rev;
  };
  const store = (item: Item): number => {
    const rev = (found(item)?.rev ?? 0) + 1;
    held.set(keyOf(item), { ...structuredClone(item), rev });
    return rev;
  };
  const requireSmall = (item: Item): void => {
    const bytes = Buffer.byteLength(JSON.stringify(item.body));
    if (bytes > MAX_BODY_BYTES)
      throw new AppError('too_large', `${keyOf(item)} has ${bytes} bytes, more than ${MAX_BODY_BYTES}`);
  };
  const transact = (writes: readonly Write[]): void => {
    const keys = writes.map((write) => (write.kind === 'put' ? write.item : write.key));
    if (new Set(keys.map(keyOf)).size !== keys.length)
      throw new AppError('bad_input', 'a transaction touches one item twice');
    for (const write of writes) if (write.kind === 'put') requireSmall(write.item);
    const failed = writes.flatMap(({ when }, index) => (holds(keys[index]!, when) ? [] : [index]));
    if (failed.length > 0)
      throw new AppError('conflict', `conditions on ${failed.map((index) => keyOf(keys[index]!)).join(', ')} failed`, {
        context: { failed },
      });
    for (const write of writes) {
      if (write.kind === 'put') store(write.item);
      else if (write.kind === 'delete') held.delete(keyOf(write.key));
    }
  };
  return {
    held,
    get: async (key) => structuredClone(found(key)),
    async put(item, when) {
      transact([{ kind: 'put', item, ...(when === undefined ? {} : { when }) }]);
      return found(item)!.rev;
    },
    delete: async (key, when) => transact([{ kind: 'delete', key, ...(when === undefined ? {} : { when }) }]),
    transact: async (writes) => transact(writes),
    async query(range, page = {}) {
      const limit = page.limit ?? 1000;
      const all = inRange(
        [...held.values()].flatMap((item) => alive(item) ?? []),
        range,
      );
      const after = page.after === undefined ? -1 : all.findIndex((item) => keyOf(item) === page.after);
      // A cursor is the key of the last item of its page, which the test keeps while it walks on.
      if (page.after !== undefined && after < 0) throw new AppError('bad_input', 'this cursor was never given');
      const items = all.slice(after + 1, after + 1 + limit);
      const last = items.at(-1);
      return {
        items: structuredClone(items),
        ...(last === undefined || after + 1 + limit >= all.length ? {} : { next: keyOf(last) }),
      };
    },
  };
}

function inRange(items: readonly StoredItem[], range: KeyRange): StoredItem[] {
  const { index = 'primary', prefix = '', from, to } = range;
  const [pkOf, skOf] = {
    primary: [(item: Item) => item.pk, (item: Item) => item.sk],
    gsi1: [(item: Item) => item.gsi1pk, (item: Item) => item.gsi1sk],
    gsi2: [(item: Item) => item.gsi2pk, (item: Item) => item.gsi2sk],
  }[index] as [(item: Item) => string | undefined, (item: Item) => string | undefined];
  const found = items.filter((item) => {
    const sk = skOf(item) ?? '';
    return (
      item.table === range.table &&
      pkOf(item) === range.pk &&
      sk.startsWith(prefix) &&
      (from === undefined || byBytes(sk, from) >= 0) &&
      (to === undefined || byBytes(sk, to) <= 0)
    );
  });
  found.sort((a, b) => byBytes(skOf(a) ?? '', skOf(b) ?? '') || byBytes(keyOf(a), keyOf(b)));
  return range.descending === true ? found.toReversed() : found;
}
