import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { AppError } from '@aion/core';
import type { BarCodec, BarTable } from '@aion/market';
import { type AsyncBuffer, type FileMetaData, parquetMetadata, parquetRead } from 'hyparquet';
import { ByteWriter, type ParquetWriteOptions, parquetWrite } from 'hyparquet-writer';

const ROW_GROUP_ROWS = 32_768;
const PRICES = ['open', 'high', 'low', 'close'] as const;
const VOLUME = 'volume_shares';
const DAY = 'session_day';
const MINUTE = 'open_minute';

/**
 * Bars as Parquet: `symbol` (dictionary), `session_day` (DATE), `open_minute` (INT32, exchange time, intraday only),
 * `open` … `close`, `volume_shares` (DOUBLE); row groups of 32,768 rows sorted by symbol, zstd level 1.
 * hyparquet writes columns that already lie in typed arrays and needs no native engine; 666,035 rows took about 0.3 s.
 */
export function makeParquetBarCodec(): BarCodec {
  return { ending: '.parquet', encode, decode };
}

const required = (name: string, type: 'INT32' | 'DOUBLE') => ({ name, type, repetition_type: 'REQUIRED' as const });

async function encode(table: BarTable): Promise<Uint8Array> {
  const length = table.symbolIndex.length;
  const symbols: string[] = [];
  for (let row = 0; row < length; row++) symbols.push(table.symbols[table.symbolIndex[row]!]!);
  const intraday = table.openMinute !== null;
  const schema: NonNullable<ParquetWriteOptions['schema']> = [
    { name: 'bars', num_children: intraday ? 8 : 7 },
    { name: 'symbol', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    { ...required(DAY, 'INT32'), converted_type: 'DATE' },
    ...(intraday ? [required(MINUTE, 'INT32')] : []),
    ...PRICES.map((name) => required(name, 'DOUBLE')),
    required(VOLUME, 'DOUBLE'),
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
      // Only the symbols' bounds are kept: they let a reader of few symbols skip row groups.
      { name: 'symbol', data: symbols, encoding: 'RLE_DICTIONARY', statistics: true },
      { name: DAY, data: table.sessionDay, encoding: 'PLAIN' },
      ...(table.openMinute === null ? [] : [{ name: MINUTE, data: table.openMinute, encoding: 'PLAIN' as const }]),
      ...PRICES.map((name) => ({ name, data: table[name], encoding: 'PLAIN' as const })),
      { name: VOLUME, data: table.volumeShares, encoding: 'PLAIN' },
    ],
  });
  return new Uint8Array(writer.getBuffer());
}

function compress(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

async function decode(bytes: Uint8Array, options: { symbols?: ReadonlySet<string> } = {}): Promise<BarTable> {
  const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  try {
    const metadata = parquetMetadata(whole);
    const groups = wantedRowGroups(metadata, options.symbols);
    const total = groups.reduce((sum, group) => sum + group.end - group.start, 0);
    const intraday = metadata.schema.some(({ name }) => name === MINUTE);
    const filler = makeFiller(total, intraday);
    let at = 0;
    for (const { start, end } of groups) {
      await readGroup(whole, metadata, start, end, at, filler);
      at += end - start;
    }
    return filler.table();
  } catch (cause) {
    throw new AppError(
      'corrupt',
      'an object of the lake is no readable Parquet file of bars; restore it from a backup',
      {
        cause,
      },
    );
  }
}

interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** Row groups whose symbol bounds hold a wanted symbol; all of them when no symbols are given. */
function wantedRowGroups(metadata: FileMetaData, symbols: ReadonlySet<string> | undefined): RowRange[] {
  const groups: RowRange[] = [];
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    const bounds = group.columns[0]?.meta_data?.statistics;
    const low = bounds?.min_value;
    const high = bounds?.max_value;
    const skip =
      symbols !== undefined &&
      typeof low === 'string' &&
      typeof high === 'string' &&
      ![...symbols].some((symbol) => symbol >= low && symbol <= high);
    if (!skip) groups.push({ start, end });
    start = end;
  }
  return groups;
}

interface Filler {
  put(column: string, at: number, data: ArrayLike<unknown>): void;
  table(): BarTable;
}

/** Takes decoded chunks into typed columns. Neighbouring rows share their symbol, so a string compare is enough. */
function makeFiller(total: number, intraday: boolean): Filler {
  const names: string[] = [];
  const sessionDay = new Int32Array(total);
  const openMinute = intraday ? new Int32Array(total) : null;
  const [open, high, low, close, volumeShares] = Array.from({ length: 5 }, () => new Float64Array(total)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const numbers: Readonly<Record<string, Int32Array | Float64Array | null>> = {
    [DAY]: sessionDay,
    [MINUTE]: openMinute,
    open,
    high,
    low,
    close,
    [VOLUME]: volumeShares,
  };
  let filled = 0;
  return {
    put(column, at, data) {
      filled += data.length;
      const target = numbers[column];
      if (target !== undefined && target !== null) target.set(data as ArrayLike<number>, at);
      else for (let i = 0; i < data.length; i++) names[at + i] = data[i] as string;
    },
    table() {
      const columns = intraday ? 8 : 7;
      if (filled !== total * columns) throw new Error(`expected ${total * columns} values, found ${filled}`);
      const symbols: string[] = [];
      const symbolIndex = new Int32Array(total);
      let last: string | undefined;
      for (let row = 0; row < total; row++) {
        const name = names[row]!;
        if (name !== last) symbols.push(name);
        last = name;
        symbolIndex[row] = symbols.length - 1;
      }
      return { symbols, symbolIndex, sessionDay, openMinute, open, high, low, close, volumeShares };
    },
  };
}

async function readGroup(
  file: ArrayBuffer,
  metadata: FileMetaData,
  rowStart: number,
  rowEnd: number,
  at: number,
  filler: Filler,
): Promise<void> {
  await parquetRead({
    file: file satisfies AsyncBuffer,
    metadata,
    rowStart,
    rowEnd,
    compressors: { ZSTD: (bytes) => zstdDecompressSync(bytes) },
    // The day number itself is wanted, not a Date.
    parsers: { dateFromDays: (days: number) => days as unknown as Date },
    onChunk: ({ columnName, columnData, rowStart: chunkStart }) =>
      filler.put(columnName, at + chunkStart - rowStart, columnData as ArrayLike<unknown>),
  });
}
