import type { Item, ItemTable, ObjectStore, Write } from '@aion/core';
import {
  indexesOf,
  eventualReadUnits,
  itemBytes,
  keyBytes,
  STORED_OVERHEAD_BYTES,
  strongReadUnits,
  writeUnits,
} from './dynamodb-units.ts';

/** What a piece of work asked of the table and of the object store. */
export interface Demand {
  tableRequests: number;
  readUnits: number;
  writeUnits: number;
  itemsWritten: number;
  /** Bytes that the written items take, indexes included; those that expire apart. */
  storedBytes: number;
  expiringBytes: number;
  objectGets: number;
  objectGetBytes: number;
  objectPuts: number;
  /** Bytes put, by the first folder of the key. */
  putBytes: Record<string, number>;
}

export const noDemand = (): Demand => ({
  tableRequests: 0,
  readUnits: 0,
  writeUnits: 0,
  itemsWritten: 0,
  storedBytes: 0,
  expiringBytes: 0,
  objectGets: 0,
  objectGetBytes: 0,
  objectPuts: 0,
  putBytes: {},
});

/** A page of DynamoDB holds at most this. */
const PAGE_BYTES = 1024 * 1024;

/**
 * Counts what the ItemTable is asked for, in DynamoDB's units, by the sizes of the items that pass. Not seen from here, and left
 * out: retries, refused conditions, items that expired and were not yet removed, and the move of an item out of an index.
 */
export function meterItems(table: ItemTable, demand: Demand): ItemTable {
  const written = (item: Item, factor: 1 | 2): void => {
    const bytes = itemBytes(item);
    const indexes = indexesOf(item);
    demand.writeUnits += factor * writeUnits(bytes) + indexes * writeUnits(bytes);
    demand.itemsWritten++;
    const kept = (1 + indexes) * (bytes + STORED_OVERHEAD_BYTES);
    if (item.expiresAtS === undefined) demand.storedBytes += kept;
    else demand.expiringBytes += kept;
  };
  const one = (write: Write): void => {
    if (write.kind === 'put') written(write.item, 2);
    else demand.writeUnits += 2 * writeUnits(keyBytes(write.key));
  };
  return {
    async get(key, options) {
      const found = await table.get(key, options);
      demand.tableRequests++;
      const units = options?.eventual === true ? eventualReadUnits : strongReadUnits;
      demand.readUnits += units(found === undefined ? 0 : itemBytes(found));
      return found;
    },
    async put(item, when) {
      demand.tableRequests++;
      written(item, 1);
      return table.put(item, when);
    },
    async delete(key, when) {
      demand.tableRequests++;
      demand.writeUnits += (when === undefined ? 1 : 2) * writeUnits(keyBytes(key));
      return table.delete(key, when);
    },
    async transact(writes) {
      if (writes.length > 0) demand.tableRequests++;
      writes.forEach(one);
      return table.transact(writes);
    },
    async query(range, page) {
      const found = await table.query(range, page);
      const bytes = found.items.reduce((sum, item) => sum + itemBytes(item), 0);
      // The adapter reads one item more, to know whether there is a next page.
      const read = found.next === undefined ? bytes : bytes + bytes / Math.max(1, found.items.length);
      demand.tableRequests += Math.max(1, Math.ceil(read / PAGE_BYTES));
      const strong = (range.index ?? 'primary') === 'primary' && page?.eventual !== true;
      const units = strong ? strongReadUnits : eventualReadUnits;
      demand.readUnits += units(read);
      return found;
    },
    standBack: (lost) => table.standBack(lost),
  };
}

export function meterObjects(store: ObjectStore, demand: Demand): ObjectStore {
  const got = (bytes: Uint8Array): Uint8Array => {
    demand.objectGets++;
    demand.objectGetBytes += bytes.length;
    return bytes;
  };
  return {
    async put(prefix, bytes, ending) {
      demand.objectPuts++;
      const folder = prefix.split('/')[0] ?? prefix;
      demand.putBytes[folder] = (demand.putBytes[folder] ?? 0) + bytes.length;
      return store.put(prefix, bytes, ending);
    },
    get: async (key) => got(await store.get(key)),
    getRange: async (key, start, end) => got(await store.getRange(key, start, end)),
    async has(key) {
      demand.objectGets++;
      return store.has(key);
    },
    // A list costs as much as a put.
    async list(prefix, limit) {
      demand.objectPuts++;
      return store.list(prefix, limit);
    },
    delete: (key) => store.delete(key),
  };
}
