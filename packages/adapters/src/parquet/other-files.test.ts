import { zstdCompressSync } from 'node:zlib';
import { isAppError, makeRng } from '@aion/core';
import { type BarTable, toBarTable, withOrigin } from '@aion/market';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { makeParquetBarCodec } from './bar-codec.ts';

const codec = makeParquetBarCodec();

function bars(symbols: number, days: number): BarTable {
  const rng = makeRng('other-files');
  const column = (): Float64Array => Float64Array.from({ length: days }, () => rng.int(1e6) / 20);
  return toBarTable(
    Array.from({ length: symbols }, (_, i) => ({
      symbol: `S${String(i).padStart(3, '0')}`,
      sessionDay: Int32Array.from({ length: days }, (__, day) => 19_000 + day),
      open: column(),
      high: column(),
      low: column(),
      close: column(),
      volumeShares: column(),
    })),
  );
}

/** The table as the general writer makes a file of it. */
function written(table: BarTable, createdBy: string, codecName: 'ZSTD' | 'SNAPPY'): Uint8Array {
  const required = (name: string, type: 'INT32' | 'DOUBLE') => ({ name, type, repetition_type: 'REQUIRED' as const });
  const prices = ['open', 'high', 'low', 'close'] as const;
  const symbols = Array.from(table.symbolIndex, (index) => table.symbols[index]!);
  return new Uint8Array(
    parquetWriteBuffer({
      schema: [
        { name: 'bars', num_children: 7 },
        { name: 'symbol', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
        { ...required('session_day', 'INT32'), converted_type: 'DATE' },
        ...prices.map((name) => required(name, 'DOUBLE')),
        required('volume_shares', 'DOUBLE'),
      ],
      codec: codecName,
      compressors: { ZSTD: (bytes: Uint8Array) => zstdCompressSync(bytes) },
      rowGroupSize: 1000,
      pageSize: 0,
      createdBy,
      columnData: [
        { name: 'symbol', data: symbols, encoding: 'RLE_DICTIONARY' },
        { name: 'session_day', data: table.sessionDay, encoding: 'PLAIN' },
        ...prices.map((name) => ({ name, data: table[name], encoding: 'PLAIN' as const })),
        { name: 'volume_shares', data: table.volumeShares, encoding: 'PLAIN' },
      ],
    }),
  );
}

describe('files of bars', () => {
  const table = bars(7, 500);

  it('that the first version wrote come back bit by bit', async () => {
    expect(await codec.decode(written(table, 'aion', 'ZSTD'))).toEqual(table);
  });

  it('of another writer come back too, whole or by what is wanted', async () => {
    const file = written(table, 'someone else', 'SNAPPY');
    expect(await codec.decode(file)).toEqual(table);
    const part = await codec.decode(file, { symbols: new Set(['S003']) });
    expect(part.symbols).toContain('S003');
    const source = { key: 'x', bytes: file.length, range: async (from: number, to: number) => file.subarray(from, to) };
    expect(await codec.decodeParts!(source)).toEqual(table);
  });

  it('give exactly the wanted symbols and days, also when only parts of the file are read', async () => {
    const large = withOrigin(bars(90, 1000), 'an-origin');
    const file = await codec.encode(large);
    let asked = 0;
    const range = async (from: number, to: number): Promise<Uint8Array> => {
      asked += to - from;
      return file.subarray(from, to);
    };
    const source = { key: 'large', bytes: file.length, range };
    const wanted = { symbols: new Set(['S041', 'S088']), fromDay: 19_990, toDay: 19_994, provenance: true };
    const part = await codec.decodeParts!(source, wanted);
    expect([part.symbols, part.symbolIndex.length, [...new Set(part.sessionDay)]]).toEqual([
      ['S041', 'S088'],
      10,
      [19_990, 19_991, 19_992, 19_993, 19_994],
    ]);
    expect([...part.close]).toEqual([
      ...large.close.subarray(41 * 1000 + 990, 41 * 1000 + 995),
      ...large.close.subarray(88 * 1000 + 990, 88 * 1000 + 995),
    ]);
    expect(part.provenance!.ids).toEqual(['an-origin']);
    expect(asked).toBeLessThan(file.length);
    expect((await codec.decode(file, { fromDay: 20_500 })).close).toHaveLength(0);
  });

  it('with any byte changed are refused or give the very same bars', async () => {
    const file = await codec.encode(table);
    const rng = makeRng('flips');
    let refused = 0;
    for (let n = 0; n < 400; n++) {
      const at = rng.int(file.length);
      const changed = file.with(at, file[at]! ^ (1 + rng.int(255)));
      const result = await codec.decode(changed).catch((error: unknown) => error);
      if (isAppError(result, 'corrupt')) refused++;
      else expect({ at, same: sameBars(result as BarTable, table) }).toEqual({ at, same: true });
    }
    expect(refused).toBeGreaterThan(300);
  });
});

/** Prices and keys; a name in the footer may read otherwise without harm to them. */
const sameBars = (a: BarTable, b: BarTable): boolean =>
  (['symbolIndex', 'sessionDay', 'open', 'high', 'low', 'close', 'volumeShares'] as const).every(
    (column) => a[column].length === b[column].length && a[column].every((value, i) => value === b[column][i]),
  );
