import { constants, zstdCompressSync } from 'node:zlib';
import { WRITTEN_BY_US } from './columns.ts';
import { bool, bytes, i32, i64, list, struct, text, type Thrift, writeThrift } from './thrift-writer.ts';

/** A reader of one symbol unpacks the pages that hold it: small ones, but not so small that their number costs. */
const PAGE_ROWS = 8192;
const TYPE = { int32: 1, float: 4, double: 5, bytes: 6 } as const;
const ENCODING = { plain: 0, dictionary: 8 } as const;
const CONVERTED = { text: 0, date: 6 } as const;
const CODEC = { none: 0, zstd: 6 } as const;
const DATA_PAGE_V2 = 3;
const DICTIONARY_PAGE = 2;
const REQUIRED = 0;
const MAGIC = new TextEncoder().encode('PAR1');

/** A column of numbers, or of words with each row's place among them. */
export type TableColumn =
  | {
      readonly name: string;
      readonly values: Int32Array | Float32Array | Float64Array;
      readonly isDate?: true;
      readonly bounds?: true;
    }
  | { readonly name: string; readonly words: readonly string[]; readonly index: Int32Array; readonly bounds?: true };

interface Sink {
  readonly parts: Uint8Array[];
  at: number;
}

export interface TableOptions {
  /** What the schema's root is called. */
  readonly name: string;
  readonly rowGroupRows: number;
  /** `none`: pages are the columns' own memory, written as fast as the disk takes them. */
  readonly codec: keyof typeof CODEC;
}

/**
 * A table as a file of Parquet, in parts to be written one after the other: required columns, plain numbers, dictionaries for words.
 * Parts may be views of the columns: write them before those change.
 */
export function encodeTable(
  columns: readonly TableColumn[],
  rows: number,
  { name, rowGroupRows, codec }: TableOptions,
): Uint8Array[] {
  const sink: Sink = { parts: [], at: 0 };
  append(sink, MAGIC);
  const groups: Thrift[] = [];
  for (let start = 0; start < rows; start += rowGroupRows) {
    const end = Math.min(start + rowGroupRows, rows);
    const chunks = columns.map((column) => writeChunk(sink, column, start, end, codec));
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
  const footer = writeThrift(footerOf(name, columns, rows, groups));
  append(sink, footer);
  append(sink, new Uint8Array(Uint32Array.of(footer.length).buffer));
  append(sink, MAGIC);
  return sink.parts;
}

function append(sink: Sink, part: Uint8Array): void {
  sink.parts.push(part);
  sink.at += part.length;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
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
function writeChunk(
  sink: Sink,
  column: TableColumn,
  start: number,
  end: number,
  codec: TableOptions['codec'],
): { thrift: Thrift; unpacked: number } {
  const from = sink.at;
  let unpacked = 0;
  const page = (content: Uint8Array, header: (packed: number) => Thrift): void => {
    const packed = codec === 'none' ? content : compress(content);
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
    page(content, (packed) => dataHeader(content.length, packed, end - start, ENCODING.dictionary, codec));
    if (column.bounds) bounds = wordBounds(words);
  } else {
    const { values } = column;
    const pageRows = codec === 'none' ? end - start : PAGE_ROWS;
    for (let row = start; row < end; row += pageRows) {
      const part = values.subarray(row, Math.min(row + pageRows, end));
      const content = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      page(content, (packed) => dataHeader(content.length, packed, part.length, ENCODING.plain, codec));
    }
    if (column.bounds) bounds = numberBounds(values as Int32Array, start, end);
  }
  const isText = 'words' in column;
  const meta = struct([
    [1, i32(typeOf(column))],
    [2, list('i32', isText ? [i32(ENCODING.plain), i32(ENCODING.dictionary)] : [i32(ENCODING.plain)])],
    [3, list('bytes', [text(column.name)])],
    [4, i32(CODEC[codec])],
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

function typeOf(column: TableColumn): number {
  if ('words' in column) return TYPE.bytes;
  if (column.values instanceof Int32Array) return TYPE.int32;
  return column.values instanceof Float32Array ? TYPE.float : TYPE.double;
}

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

function dataHeader(
  unpacked: number,
  packed: number,
  values: number,
  encoding: number,
  codec: TableOptions['codec'],
): Thrift {
  return pageHeader(DATA_PAGE_V2, unpacked, packed, 8, [
    [1, i32(values)],
    [2, i32(0)],
    [3, i32(values)],
    [4, i32(encoding)],
    [5, i32(0)],
    [6, i32(0)],
    [7, bool(codec !== 'none')],
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
  return joined(sink.parts);
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

function footerOf(name: string, columns: readonly TableColumn[], rows: number, groups: readonly Thrift[]): Thrift {
  const root = struct([
    [4, text(name)],
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
