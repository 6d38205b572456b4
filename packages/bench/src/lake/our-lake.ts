import { join } from 'node:path';
import { makeFileObjectStore } from '@aion/adapters/files/object-store';
import { makeParquetBarCodec } from '@aion/adapters/parquet/bar-codec';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { openStateFile } from '@aion/adapters/sqlite/state-file';
import { systemClock } from '@aion/adapters/system/clock';
import {
  type BarTable,
  commitBars,
  compactLake,
  readDaily,
  readManifest,
  readTable,
  type LakePorts,
} from '@aion/market';

export interface OpenLake {
  readonly ports: LakePorts;
  close(): void;
}

/** A lake as one machine has it: files and SQLite in a folder. */
export function openLake(folder: string): OpenLake {
  const state = openStateFile(join(folder, 'state.db'));
  const items = makeSqliteItemTable(state, systemClock);
  const objects = makeFileObjectStore(join(folder, 'objects'));
  return { ports: { items, objects, codec: makeParquetBarCodec() }, close: () => state.close() };
}

export const write = (lake: OpenLake, table: BarTable) => commitBars(lake.ports, 'NSE', 'daily', table);

export async function readAll({ ports }: OpenLake): Promise<number> {
  const bars = await readDaily(ports, await readManifest(ports, 'NSE'));
  return [...bars.values()].reduce((sum, { close }) => sum + close.length, 0);
}

export async function readOneSymbol({ ports }: OpenLake, symbol: string): Promise<number> {
  const bars = await readDaily(ports, await readManifest(ports, 'NSE'), { symbols: [symbol] });
  return bars.get(symbol)?.close.length ?? 0;
}

export async function readOneDay({ ports }: OpenLake, day: number): Promise<number> {
  const range = { fromDay: day, toDay: day };
  return (await readTable(ports, await readManifest(ports, 'NSE'), range)).close.length;
}

/** Joins all that lies beside the years. */
export async function compact({ ports }: OpenLake, today: number): Promise<number> {
  const done = await compactLake(ports, 'NSE', 'daily', { today, all: true });
  return done.reduce((sum, { rows }) => sum + rows, 0);
}
