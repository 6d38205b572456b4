import { makeFrozenClock, type Item, type StoredItem } from '@aion/core';
import { allSqliteItems } from '../../adapters/src/sqlite/all-items.ts';
import { makeSqliteItemTable } from '../../adapters/src/sqlite/item-table.ts';
import { openStateFile } from '../../adapters/src/sqlite/state-file.ts';
import { makeMemoryObjectStore } from '../../core/test/fakes/memory-object-store.ts';
import type { BarTable } from '../src/bars.ts';
import type { IngestPorts } from '../src/ingest/ingest-ports.ts';
import type { BarCodec } from '../src/lake/bar-codec.ts';

/** Ports for tests of this package, in memory: a real item table, objects in a map. */
export interface FixturePorts extends IngestPorts {
  readonly stored: Map<string, Uint8Array>;
  /** Every item, in the order of its key. */
  storedItems(): Promise<StoredItem[]>;
  /** Runs before each put of an item: to let another writer win, or to fail. */
  beforePut?: (item: Item) => void;
}

export function makeFixturePorts(nowIso = '2026-11-21T10:00:00Z'): FixturePorts {
  const clock = makeFrozenClock(Date.parse(nowIso));
  const objects = makeMemoryObjectStore();
  const state = openStateFile(':memory:');
  const table = makeSqliteItemTable(state, clock);
  const ports: FixturePorts = {
    stored: objects.held,
    async storedItems() {
      const items: StoredItem[] = [];
      for await (const item of allSqliteItems(state, clock.nowMs())) items.push(item);
      return items;
    },
    objects,
    items: {
      ...table,
      async put(item, when) {
        ports.beforePut?.(item);
        return table.put(item, when);
      },
      async transact(writes) {
        for (const write of writes) if (write.kind === 'put') ports.beforePut?.(write.item);
        return table.transact(writes);
      },
    },
    codec: jsonCodec,
    clock,
    unpack: async (name, bytes) => [{ name, bytes }],
  };
  return ports;
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
