import {
  AppError,
  type Condition,
  type Item,
  type ItemTable,
  type ObjectStore,
  type StoredItem,
  makeFrozenClock,
  sha256Hex,
} from '@aion/core';
import type { BarTable } from '../src/bars.ts';
import type { IngestPorts } from '../src/ingest/import-files.ts';
import type { BarCodec } from '../src/lake/bar-codec.ts';

/** In-memory ports for tests of this package; the real adapters run their own contract suites. */
export interface FixturePorts extends IngestPorts {
  readonly stored: Map<string, Uint8Array>;
  readonly itemMap: Map<string, StoredItem>;
  /** Runs before each conditional put of an item: to let another writer win, or to fail. */
  beforePut?: (item: Item) => void;
}

export function makeFixturePorts(nowIso = '2026-11-21T10:00:00Z'): FixturePorts {
  const stored = new Map<string, Uint8Array>();
  const itemMap = new Map<string, StoredItem>();
  const ports: FixturePorts = {
    stored,
    itemMap,
    objects: makeObjects(stored),
    items: makeItems(itemMap, (item) => ports.beforePut?.(item)),
    codec: jsonCodec,
    clock: makeFrozenClock(Date.parse(nowIso)),
    unpack: async (name, bytes) => [{ name, bytes }],
  };
  return ports;
}

function makeObjects(stored: Map<string, Uint8Array>): ObjectStore {
  const read = (key: string): Uint8Array => {
    const bytes = stored.get(key);
    if (bytes === undefined) throw new AppError('not_found', `no object ${key}`);
    return bytes;
  };
  return {
    async put(prefix, bytes, ending = '') {
      const sha256 = sha256Hex(bytes);
      const key = `${prefix}/${sha256}${ending}`;
      stored.set(key, bytes);
      return { key, sha256, bytes: bytes.length };
    },
    get: async (key) => read(key),
    getRange: async (key, start, end) => read(key).slice(start, end),
    has: async (key) => stored.has(key),
    list: async (prefix) => [...stored.keys()].filter((key) => key.startsWith(prefix)).sort(),
    async delete(key) {
      stored.delete(key);
    },
  };
}

function makeItems(map: Map<string, StoredItem>, beforePut: (item: Item) => void): ItemTable {
  const keyOf = ({ table, pk, sk }: Pick<Item, 'table' | 'pk' | 'sk'>): string => `${table} ${pk} ${sk}`;
  const holds = (item: Item, when: Condition | undefined): boolean => {
    const old = map.get(keyOf(item));
    if (when === undefined) return true;
    if (when.kind === 'absent') return old === undefined;
    return when.kind === 'exists' ? old !== undefined : old?.rev === when.rev;
  };
  const store = (item: Item): number => {
    const rev = (map.get(keyOf(item))?.rev ?? 0) + 1;
    map.set(keyOf(item), { ...item, body: JSON.parse(JSON.stringify(item.body)) as Item['body'], rev });
    return rev;
  };
  const conflict = (item: Item): AppError => new AppError('conflict', `condition on ${keyOf(item)} failed`);
  return {
    get: async (key) => map.get(keyOf(key)),
    async put(item, when) {
      beforePut(item);
      if (!holds(item, when)) throw conflict(item);
      return store(item);
    },
    async delete(key) {
      map.delete(keyOf(key));
    },
    async transact(writes) {
      const puts = writes.filter((write) => write.kind === 'put');
      if (puts.length !== writes.length) throw new Error('only puts are used in this package');
      for (const { item } of puts) beforePut(item);
      for (const { item, when } of puts) if (!holds(item, when)) throw conflict(item);
      for (const { item } of puts) store(item);
    },
    async query(range, page) {
      const items = [...map.values()]
        .filter((item) => (range.index === 'gsi1' ? item.gsi1pk : item.pk) === range.pk)
        .filter((item) => (range.index === 'gsi1' ? (item.gsi1sk ?? '') : item.sk).startsWith(range.prefix ?? ''))
        .sort((a, b) => ((a.gsi1sk ?? a.sk) < (b.gsi1sk ?? b.sk) ? -1 : 1));
      if (range.descending === true) items.reverse();
      return { items: items.slice(0, page?.limit ?? 1000) };
    },
  };
}

const jsonCodec: BarCodec = {
  ending: '.json',
  async encode(table) {
    const { provenance, ...columns } = table;
    const plain = Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [
        name,
        column === null ? null : Array.from(column as Iterable<unknown>),
      ]),
    );
    const origin = provenance === undefined ? {} : { ids: provenance.ids, origin: Array.from(provenance.index) };
    return new TextEncoder().encode(JSON.stringify({ ...plain, ...origin }));
  },
  async decode(bytes, options): Promise<BarTable> {
    const plain = JSON.parse(new TextDecoder().decode(bytes)) as Record<keyof BarTable, number[]> & {
      symbols: string[];
      openMinute: number[] | null;
      ids?: string[];
      origin?: number[];
    };
    const { ids, origin } = plain;
    const provenance =
      options?.provenance === true && ids !== undefined && origin !== undefined
        ? { provenance: { ids, index: Int32Array.from(origin) } }
        : {};
    return {
      symbols: plain.symbols,
      symbolIndex: Int32Array.from(plain.symbolIndex),
      sessionDay: Int32Array.from(plain.sessionDay),
      openMinute: plain.openMinute === null ? null : Int32Array.from(plain.openMinute),
      open: Float64Array.from(plain.open),
      high: Float64Array.from(plain.high),
      low: Float64Array.from(plain.low),
      close: Float64Array.from(plain.close),
      volumeShares: Float64Array.from(plain.volumeShares),
      ...provenance,
    };
  },
};

/** A file to import from text or bytes. */
export function fileOf(name: string, content: string | Uint8Array): { name: string; read(): Promise<Uint8Array> } {
  return { name, read: async () => (typeof content === 'string' ? new TextEncoder().encode(content) : content) };
}
