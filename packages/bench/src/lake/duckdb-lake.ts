import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

export interface DuckLake {
  readonly connection: DuckDBConnection;
  readonly folder: string;
  years: string[];
  deltas: string[];
  close(): void;
}

const NUMBERS = 'session_day, open, high, low, close, volume_shares';
const list = (files: readonly string[]): string => `[${files.map((file) => `'${file}'`).join(', ')}]`;
const PARQUET = '(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)';

/** The same bars in DuckDB's memory, taken from our files; not part of any time. */
export async function openDuckLake(folder: string, ourFiles: readonly string[]): Promise<DuckLake> {
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `CREATE TABLE bars AS SELECT symbol, ${NUMBERS} FROM read_parquet(${list(ourFiles)}) ORDER BY symbol, session_day`,
  );
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  return { connection, folder, years: [], deltas: [], close };
}

/** One sorted file a year, as ours. */
export async function duckWrite(lake: DuckLake, round: number): Promise<number> {
  const found = await lake.connection.runAndReadAll('SELECT DISTINCT year(session_day) FROM bars ORDER BY 1');
  const years = found.getRows().map(([year]) => Number(year));
  lake.years = [];
  for (const year of years) {
    const file = join(lake.folder, `${year}-${round}.parquet`);
    await lake.connection.run(`COPY (SELECT * FROM bars WHERE year(session_day) = ${year}) TO '${file}' ${PARQUET}`);
    lake.years.push(file);
  }
  return years.length;
}

/** Runs a query and takes its numbers into typed arrays, chunk by chunk. The texts of the symbols are left in DuckDB. */
async function toColumns({ connection }: DuckLake, sql: string, capacity: number): Promise<number> {
  const result = await connection.stream(sql);
  const columns = Array.from({ length: 6 }, () => new Float64Array(capacity));
  let rows = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (let column = 0; column < 6; column++) {
      const { items } = chunk.getColumnVector(column) as unknown as { items: ArrayLike<number> };
      columns[column]!.set(items, rows);
    }
    rows += chunk.rowCount;
  }
  return rows;
}

export const duckReadAll = (lake: DuckLake, rows: number): Promise<number> =>
  toColumns(lake, `SELECT ${NUMBERS} FROM read_parquet(${list(lake.years)})`, rows + 2048);

export const duckReadOneSymbol = (lake: DuckLake, symbol: string): Promise<number> =>
  toColumns(lake, `SELECT ${NUMBERS} FROM read_parquet(${list(lake.years)}) WHERE symbol = '${symbol}'`, 10_000);

export const duckReadOneDay = (lake: DuckLake, date: string): Promise<number> =>
  toColumns(lake, `SELECT ${NUMBERS} FROM read_parquet(${list(lake.years)}) WHERE session_day = '${date}'`, 10_000);

/** One small file for each of the last days, and the last year without them. */
export async function duckSplit(lake: DuckLake, dates: readonly string[], round: number): Promise<void> {
  lake.deltas = [];
  const first = dates[0]!;
  const base = join(lake.folder, `base-${round}.parquet`);
  await lake.connection.run(
    `COPY (SELECT * FROM bars WHERE year(session_day) = year(DATE '${first}') AND session_day < '${first}') TO '${base}' ${PARQUET}`,
  );
  lake.deltas.push(base);
  for (const date of dates) {
    const file = join(lake.folder, `delta-${date}-${round}.parquet`);
    await lake.connection.run(`COPY (SELECT * FROM bars WHERE session_day = '${date}') TO '${file}' ${PARQUET}`);
    lake.deltas.push(file);
  }
}

export async function duckCompact(lake: DuckLake, round: number): Promise<number> {
  const file = join(lake.folder, `compacted-${round}.parquet`);
  const done = await lake.connection.runAndReadAll(
    `COPY (SELECT * FROM read_parquet(${list(lake.deltas)}) ORDER BY symbol, session_day) TO '${file}' ${PARQUET}`,
  );
  return Number(done.getRows()[0]![0]);
}
