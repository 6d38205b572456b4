import { constants, zstdCompressSync } from 'node:zlib';
import type { BarCodec, BarTable } from '@aion/market';
import { ByteWriter, type ParquetWriteOptions, parquetWrite } from 'hyparquet-writer';
import { decodeBars, decodeBarParts } from './bar-decoder.ts';
import { DAY, MINUTE, PRICES, SOURCE, SYMBOL, VOLUME } from './columns.ts';

const ROW_GROUP_ROWS = 32_768;

/**
 * Bars as Parquet: `symbol` (dictionary), `session_day` (DATE), `open_minute` (INT32, exchange time, intraday only),
 * `open` … `close`, `volume_shares` (DOUBLE), `source` (dictionary, where the bar came from, when known); row groups of
 * 32,768 rows sorted by symbol, with the bounds of symbol and day, zstd level 1 with checksums. hyparquet writes columns that already lie in typed arrays and needs no native engine; 666,035 rows took about 0.3 s.
 */
export function makeParquetBarCodec(): BarCodec {
  return { ending: '.parquet', encode, decode: decodeBars, decodeParts: decodeBarParts };
}

const required = (name: string, type: 'INT32' | 'DOUBLE') => ({ name, type, repetition_type: 'REQUIRED' as const });

const text = (name: string) => ({
  name,
  type: 'BYTE_ARRAY' as const,
  converted_type: 'UTF8' as const,
  repetition_type: 'REQUIRED' as const,
});

async function encode(table: BarTable): Promise<Uint8Array> {
  const length = table.symbolIndex.length;
  const symbols: string[] = [];
  for (let row = 0; row < length; row++) symbols.push(table.symbols[table.symbolIndex[row]!]!);
  const intraday = table.openMinute !== null;
  const { provenance } = table;
  const sources = provenance === undefined ? [] : Array.from(provenance.index, (index) => provenance.ids[index]!);
  const schema: NonNullable<ParquetWriteOptions['schema']> = [
    { name: 'bars', num_children: 7 + (intraday ? 1 : 0) + (provenance === undefined ? 0 : 1) },
    text(SYMBOL),
    { ...required(DAY, 'INT32'), converted_type: 'DATE' },
    ...(intraday ? [required(MINUTE, 'INT32')] : []),
    ...PRICES.map((name) => required(name, 'DOUBLE')),
    required(VOLUME, 'DOUBLE'),
    ...(provenance === undefined ? [] : [text(SOURCE)]),
  ];
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    schema,
    codec: 'ZSTD',
    compressors: { ZSTD: compress },
    rowGroupSize: ROW_GROUP_ROWS,
    pageSize: 0,
    statistics: false,
    statisticsTruncateLength: Infinity,
    createdBy: 'aion',
    columnData: [
      // The bounds of these two let a reader of few symbols, or of few days, skip row groups.
      { name: SYMBOL, data: symbols, encoding: 'RLE_DICTIONARY', statistics: true },
      { name: DAY, data: table.sessionDay, encoding: 'PLAIN', statistics: true },
      ...(table.openMinute === null ? [] : [{ name: MINUTE, data: table.openMinute, encoding: 'PLAIN' as const }]),
      ...PRICES.map((name) => ({ name, data: table[name], encoding: 'PLAIN' as const })),
      { name: VOLUME, data: table.volumeShares, encoding: 'PLAIN' },
      ...(provenance === undefined ? [] : [{ name: SOURCE, data: sources, encoding: 'RLE_DICTIONARY' as const }]),
    ],
  });
  return new Uint8Array(writer.getBuffer());
}

function compress(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, {
    // The checksum finds damage also where only a part of the file is read, which no hash covers.
    params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
  });
}
