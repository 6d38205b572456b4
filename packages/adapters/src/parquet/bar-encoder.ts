import { constants, zstdCompressSync } from 'node:zlib';
import type { BarTable } from '@aion/market';
import { DAY, MINUTE, PRICES, SOURCE, SYMBOL, VOLUME, WRITTEN_BY_US } from './columns.ts';
import { bool, bytes, i32, i64, list, struct, text, type Thrift, writeThrift } from './thrift-writer.ts';

const ROW_GROUP_ROWS = 32_768;
/** A reader of one symbol unpacks the pages that hold it: small ones, but not so small that their number costs. */
const PAGE_ROWS = 8192;
const TYPE = { int32: 1, double: 5, bytes: 6 } as const;
const ENCODING = { plain: 0, dictionary: 8 } as const;
const CONVERTED = { text: 0, date: 6 } as const;
const ZSTD = 6;
const DATA_PAGE_V2 = 3;
const DICTIONARY_PAGE = 2;
const REQUIRED = 0;
const MAGIC = new TextEncoder().encode('PAR1');

type Column =
  | {
      readonly name: string;
      readonly values: Int32Array | Float64Array;
      readonly isDate?: true;
      readonly bounds?: true;
    }
  | { readonly name: string; readonly words: readonly string[]; readonly index: Int32Array; readonly bounds?: true };

interface Sink {
  readonly parts: Uint8Array[];
  at: number;
}

/** Writes a table as a file of Parquet whose pages this product's decoder reads without detours. */
export function encodeBars(table: BarTable): Uint8Array {
  const columns = columnsOf(table);
  const rows = table.symbolIndex.length;
  const sink: Sink = { parts: [], at: 0 };
  append(sink, MAGIC);
  const groups: Thrift[] = [];
  for (let start = 0; start < rows; start += ROW_GROUP_ROWS) {
    const end = Math.min(start + ROW_GROUP_ROWS, rows);
    const chunks = columns.map((column) => writeChunk(sink, column, start, end));
    groups.push(
      struct([
        [
          1,
          list(
            'struct',
            chunks.map(({ thrift }) => thrift),
          ),
        ],
        [2, i64(chunks.reduce((sum, { unpacked }) => sum + unpacked, 0))],
        [3, i64(end - start)],
      ]),
    );
  }
  const footer = writeThrift(footerOf(columns, rows, groups));
  append(sink, footer);
  append(sink, new Uint8Array(Uint32Array.of(footer.length).buffer));
  append(sink, MAGIC);
  return joined(sink);
}

function columnsOf(table: BarTable): Column[] {
  const { provenance, openMinute } = table;
  return [
    // The bounds of these two let a reader of few symbols, or of few days, skip row groups.
    { name: SYMBOL, words: table.symbols, index: table.symbolIndex, bounds: true },
    { name: DAY, values: table.sessionDay, isDate: true, bounds: true },
    ...(openMinute === null ? [] : [{ name: MINUTE, values: openMinute }]),
    ...PRICES.map((name) => ({ name, values: table[name] })),
    { name: VOLUME, values: table.volumeShares },
    ...(provenance === undefined ? [] : [{ name: SOURCE, words: provenance.ids, index: provenance.index }]),
  ];
}

function append(sink: Sink, part: Uint8Array): void {
  sink.parts.push(part);
  sink.at += part.length;
}

function joined({ parts, at }: Sink): Uint8Array {
  const whole = new Uint8Array(at);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function compress(content: Uint8Array): Uint8Array {
  return zstdCompressSync(content, {
    chunkSize: content.length + 1024,
    // The checksum finds damage also where only a part of the file is read, which no hash covers.
    params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
  });
}

/** Writes the pages of one column's rows; gives what the footer says of them. */
function writeChunk(sink: Sink, column: Column, start: number, end: number): { thrift: Thrift; unpacked: number } {
  const from = sink.at;
  let unpacked = 0;
  const page = (content: Uint8Array, header: (packed: number) => Thrift): void => {
    const packed = compress(content);
    const head = writeThrift(header(packed.length));
    append(sink, head);
    append(sink, packed);
    unpacked += head.length + content.length;
  };
  let dataFrom = from;
  let bounds: Thrift | undefined;
  if ('words' in column) {
    const { words, index } = ownDictionary(column, start, end);
    const plain = plainWords(words);
    page(plain, (packed) =>
      pageHeader(DICTIONARY_PAGE, plain.length, packed, 7, [
        [1, i32(words.length)],
        [2, i32(ENCODING.plain)],
      ]),
    );
    dataFrom = sink.at;
    const content = hybridRuns(index, words.length);
    page(content, (packed) => dataHeader(content.length, packed, end - start, ENCODING.dictionary));
    if (column.bounds) bounds = wordBounds(words);
  } else {
    const { values } = column;
    for (let row = start; row < end; row += PAGE_ROWS) {
      const part = values.subarray(row, Math.min(row + PAGE_ROWS, end));
      const content = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      page(content, (packed) => dataHeader(content.length, packed, part.length, ENCODING.plain));
    }
    if (column.bounds) bounds = numberBounds(values as Int32Array, start, end);
  }
  const isText = 'words' in column;
  const meta = struct([
    [1, i32(typeOf(column))],
    [2, list('i32', isText ? [i32(ENCODING.plain), i32(ENCODING.dictionary)] : [i32(ENCODING.plain)])],
    [3, list('bytes', [text(column.name)])],
    [4, i32(ZSTD)],
    [5, i64(end - start)],
    [6, i64(unpacked)],
    [7, i64(sink.at - from)],
    [9, i64(dataFrom)],
    [11, isText ? i64(from) : undefined],
    [12, bounds],
  ]);
  return {
    thrift: struct([
      [2, i64(from)],
      [3, meta],
    ]),
    unpacked,
  };
}

const typeOf = (column: Column): number =>
  'words' in column ? TYPE.bytes : column.values instanceof Int32Array ? TYPE.int32 : TYPE.double;

function pageHeader(
  type: number,
  unpacked: number,
  packed: number,
  field: number,
  fields: readonly (readonly [number, Thrift])[],
): Thrift {
  return struct([
    [1, i32(type)],
    [2, i32(unpacked)],
    [3, i32(packed)],
    [field, struct(fields)],
  ]);
}

function dataHeader(unpacked: number, packed: number, values: number, encoding: number): Thrift {
  return pageHeader(DATA_PAGE_V2, unpacked, packed, 8, [
    [1, i32(values)],
    [2, i32(0)],
    [3, i32(values)],
    [4, i32(encoding)],
    [5, i32(0)],
    [6, i32(0)],
    [7, bool(true)],
  ]);
}

/** The words that the rows use, in the order of their first use, and the rows' places among them. */
function ownDictionary(
  { words, index }: { readonly words: readonly string[]; readonly index: Int32Array },
  start: number,
  end: number,
): { words: string[]; index: Int32Array } {
  const place = new Int32Array(words.length).fill(-1);
  const used: string[] = [];
  const own = new Int32Array(end - start);
  for (let row = start; row < end; row++) {
    const word = index[row]!;
    if (place[word] === -1) {
      place[word] = used.length;
      used.push(words[word]!);
    }
    own[row - start] = place[word]!;
  }
  return { words: used, index: own };
}

function plainWords(words: readonly string[]): Uint8Array {
  const encoder = new TextEncoder();
  const sink: Sink = { parts: [], at: 0 };
  for (const word of words) {
    const content = encoder.encode(word);
    append(sink, new Uint8Array(Uint32Array.of(content.length).buffer));
    append(sink, content);
  }
  return joined(sink);
}

/** The places as runs, after one byte with the bits of a place. Sorted bars have one run a symbol. */
function hybridRuns(index: Int32Array, words: number): Uint8Array {
  const width = words <= 1 ? 0 : 32 - Math.clz32(words - 1);
  const out = [width];
  for (let row = 0; row < index.length;) {
    let next = row + 1;
    while (next < index.length && index[next] === index[row]) next++;
    let head = (next - row) * 2;
    while (head >= 128) {
      out.push((head % 128) | 128);
      head = Math.floor(head / 128);
    }
    out.push(head);
    for (let bits = 0; bits < width; bits += 8) out.push((index[row]! >>> bits) & 255);
    row = next;
  }
  return Uint8Array.from(out);
}

const boundsOf = (low: Uint8Array, high: Uint8Array): Thrift =>
  struct([
    [3, i64(0)],
    [5, bytes(high)],
    [6, bytes(low)],
  ]);

function wordBounds(words: readonly string[]): Thrift {
  const sorted = [...words].sort();
  const encoder = new TextEncoder();
  return boundsOf(encoder.encode(sorted[0]), encoder.encode(sorted.at(-1)));
}

function numberBounds(values: Int32Array, start: number, end: number): Thrift {
  let [low, high] = [values[start]!, values[start]!];
  for (let row = start; row < end; row++) {
    if (values[row]! < low) low = values[row]!;
    if (values[row]! > high) high = values[row]!;
  }
  const binary = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);
  return boundsOf(binary(low), binary(high));
}

function footerOf(columns: readonly Column[], rows: number, groups: readonly Thrift[]): Thrift {
  const root = struct([
    [4, text('bars')],
    [5, i32(columns.length)],
  ]);
  const leaves = columns.map((column) =>
    struct([
      [1, i32(typeOf(column))],
      [3, i32(REQUIRED)],
      [4, text(column.name)],
      [6, 'words' in column ? i32(CONVERTED.text) : column.isDate ? i32(CONVERTED.date) : undefined],
    ]),
  );
  return struct([
    [1, i32(2)],
    [2, list('struct', [root, ...leaves])],
    [3, i64(rows)],
    [4, list('struct', groups)],
    [6, text(WRITTEN_BY_US)],
    // The bounds are ordered as their types are.
    [
      7,
      list(
        'struct',
        columns.map(() => struct([[1, struct([])]])),
      ),
    ],
  ]);
}
