import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BarTable, toBarTable } from '@aion/market';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeParquetBarCodec } from '../parquet/bar-codec.ts';
import { type LakeView, queryLake } from './lake-query.ts';

const folder = mkdtempSync(join(tmpdir(), "aion-o'query-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const LIMITS = { maxRows: 10, memoryMb: 256, threads: 1, timeoutMs: 20_000 };
let views: LakeView[];
const base = join(folder, 'base.parquet');

function table(symbol: string, days: readonly number[], price: number): BarTable {
  const column = Float64Array.from(days, () => price);
  return toBarTable([
    {
      symbol,
      sessionDay: Int32Array.from(days),
      open: column,
      high: column,
      low: column,
      close: column,
      volumeShares: column,
    },
  ]);
}

beforeAll(async () => {
  const codec = makeParquetBarCodec();
  mkdirSync(folder, { recursive: true });
  writeFileSync(base, await codec.encode(table('A', [20_000, 20_001, 20_002], 5)));
  writeFileSync(join(folder, 'delta.parquet'), await codec.encode(table('A', [20_001], 7)));
  const files = [
    { path: base, turn: 0 },
    { path: join(folder, 'delta.parquet'), turn: 1 },
  ];
  views = [
    { name: 'daily', files, intraday: false, overlaps: true },
    { name: 'minute', files: [], intraday: true, overlaps: false },
  ];
});

const ask = (sql: string, limits: Partial<typeof LIMITS> = {}) => queryLake(views, sql, { ...LIMITS, ...limits });

describe('a query over the lake', () => {
  it('gives each bar once, the later one where a delta replaced it', async () => {
    expect(await ask('SELECT session_day, close FROM daily ORDER BY 1')).toEqual({
      columns: ['session_day', 'close'],
      rows: [
        ['2024-10-04', 5],
        ['2024-10-05', 7],
        ['2024-10-06', 5],
      ],
      cut: false,
    });
    expect(await ask('SELECT open_minute, close FROM minute')).toMatchObject({ rows: [] });
  });

  it('cuts the answer after the rows that were asked for, and says so', async () => {
    expect(await ask('SELECT * FROM range(1000)')).toMatchObject({ cut: true });
    expect((await ask('SELECT * FROM range(1000)')).rows).toHaveLength(10);
  });

  it.each([
    ['writes over a file of the lake', `COPY (SELECT 1 AS x) TO '${base.replaceAll("'", "''")}' (FORMAT parquet)`],
    ['reads another file', "SELECT * FROM read_csv('/etc/passwd')"],
    ['lists a folder', "SELECT * FROM glob('/*')"],
    ['goes to the network', "SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')"],
    ['loads an extension', 'INSTALL httpfs'],
    ['loads one that is there', "LOAD 'httpfs'"],
    ['opens a database', "ATTACH '/tmp/aion-attached.db'"],
    ['changes a limit', "SET memory_limit = '64GB'"],
    ['makes a table', 'CREATE TABLE t AS SELECT 1'],
    ['drops a view', 'DROP VIEW daily'],
    ['hides a statement behind another', 'SELECT 1; COPY (SELECT 1) TO stdout'],
    ['is none', ''],
    ['is wrong', 'SELECT nothing FROM daily'],
  ])('that %s is refused, and changes nothing', async (_what, sql) => {
    const before = readFileSync(base);
    await expect(ask(sql)).rejects.toMatchObject({ code: 'bad_input' });
    expect(readFileSync(base).equals(before)).toBe(true);
  });

  it('that takes too long or too much memory is stopped', async () => {
    const endless = 'SELECT count(*) FROM range(100000000000) a, range(1000) b';
    await expect(ask(endless, { timeoutMs: 50 })).rejects.toThrow(/took longer than 0.05 s/);
    const large = 'SELECT list(a.range) FROM range(100000000) a';
    await expect(ask(large, { memoryMb: 32 })).rejects.toThrow(/cannot answer: Out of Memory/);
  });
});
