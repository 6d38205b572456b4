import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { fromEpochDay, isAppError, makeRng } from '@aion/core';
import { type BarTable, type DailyBars, symbolRuns, toBarTable } from '@aion/market';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { makeParquetBarCodec } from './bar-codec.ts';

const codec = makeParquetBarCodec();
const folder = mkdtempSync(join(tmpdir(), 'aion-parquet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function randomBars(symbol: string, length: number): DailyBars {
  const rng = makeRng(symbol);
  const column = (): Float64Array => Float64Array.from({ length }, () => rng.int(1_000_000) / 20);
  return {
    symbol,
    sessionDay: Int32Array.from({ length }, (_, i) => 18_000 + i),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volumeShares: Float64Array.from({ length }, () => rng.int(1_000_000_000)),
  };
}

/** Plain columns, so that two tables can be compared. */
const plain = (table: BarTable): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(table).map(([name, column]) => [name, column === null ? null : Array.from(column as number[])]),
  );

describe('bars as Parquet', () => {
  it('come back bit by bit, and equal tables give equal bytes', async () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    const row = fc.tuple(fc.integer({ min: -5000, max: 60_000 }), double, double, double, double, double);
    const series = fc.uniqueArray(
      fc.tuple(fc.stringMatching(/^[A-Z][A-Z0-9&.-]{0,20}$/), fc.array(row, { minLength: 1, maxLength: 30 })),
      {
        minLength: 1,
        maxLength: 8,
        selector: ([symbol]) => symbol,
      },
    );
    await fc.assert(
      fc.asyncProperty(series, async (all) => {
        const table = toBarTable(
          all.map(([symbol, rows]) => ({
            symbol,
            sessionDay: Int32Array.from(rows, (r) => r[0]),
            open: Float64Array.from(rows, (r) => r[1]),
            high: Float64Array.from(rows, (r) => r[2]),
            low: Float64Array.from(rows, (r) => r[3]),
            close: Float64Array.from(rows, (r) => r[4]),
            volumeShares: Float64Array.from(rows, (r) => r[5]),
          })),
        );
        const bytes = await codec.encode(table);
        expect(plain(await codec.decode(bytes))).toEqual(plain(table));
        expect(await codec.encode(table)).toEqual(bytes);
      }),
      { numRuns: 60 },
    );
  });

  it('keep the opening minutes of intraday bars', async () => {
    const daily = toBarTable([randomBars('A', 3)]);
    const table = { ...daily, openMinute: Int32Array.of(555, 615, 915) };
    expect(plain(await codec.decode(await codec.encode(table)))).toEqual(plain(table));
  });

  it('give a reader of one symbol all its bars without decoding every row group', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `S${String(i).padStart(2, '0')}`);
    const bytes = await codec.encode(toBarTable(names.map((name) => randomBars(name, 5000))));
    const whole = await codec.decode(bytes);
    const part = await codec.decode(bytes, { symbols: new Set(['S17']) });
    expect(part.symbolIndex.length).toBeLessThan(whole.symbolIndex.length / 2);
    const run = symbolRuns(part).find(({ symbol }) => symbol === 'S17')!;
    expect([...part.close.subarray(run.start, run.end)]).toEqual([...randomBars('S17', 5000).close]);
    expect((await codec.decode(bytes, { symbols: new Set(['ZZZ']) })).symbols).toEqual([]);
  });

  it('are refused when damaged, with what to do', async () => {
    const bytes = await codec.encode(toBarTable([randomBars('A', 1000)]));
    for (const damaged of [
      bytes.subarray(0, 100),
      new Uint8Array(200),
      bytes.map((byte, i) => (i > 4 && i < 60 ? 0 : byte)),
    ]) {
      const error = await codec.decode(damaged).catch((thrown: unknown) => thrown);
      expect(isAppError(error, 'corrupt')).toBe(true);
      expect(String(error)).toMatch(/restore it from a backup/);
    }
  });

  it('are readable by DuckDB with their types', async () => {
    const path = join(folder, 'bars.parquet');
    const bars = randomBars('RELIANCE', 100);
    writeFileSync(path, await codec.encode(toBarTable([bars, randomBars('TCS', 50)])));
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const query = `SELECT symbol, count(*)::INT AS n, max(session_day)::VARCHAR AS last, sum(volume_shares) AS volume
      FROM read_parquet('${path.replaceAll("'", "''")}') GROUP BY symbol ORDER BY symbol`;
    const rows = (await connection.runAndReadAll(query)).getRowObjects();
    connection.closeSync();
    instance.closeSync();
    expect(rows).toEqual([
      { symbol: 'RELIANCE', n: 100, last: fromEpochDay(18_099), volume: bars.volumeShares.reduce((a, b) => a + b, 0) },
      { symbol: 'TCS', n: 50, last: fromEpochDay(18_049), volume: expect.any(Number) },
    ]);
  });
});
