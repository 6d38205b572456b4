import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
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
}

type Codec = keyof typeof CODEC;

/**
 * A table as a file of Parquet, in parts to be written one after the other: required columns, plain numbers, dictionaries for words.
 * Parts are views of the columns, written as fast as the disk takes them: write them before those change.
 */
export function encodeTable(columns: readonly TableColumn[], rows: number, options: TableOptions): Uint8Array[] {
  const plan = planTable(columns, rows, options, 'none');
  return layTable(
    plan,
    plan.pages.map(({ content }) => content),
  );
}

/** The same with its pages packed, beside this thread and several at a time: it waits for them, others need not. */
export async function encodePackedTable(
  columns: readonly TableColumn[],
  rows: number,
  options: TableOptions,
): Promise<Uint8Array> {
  const plan = planTable(columns, rows, options, 'zstd');
  return joined(layTable(plan, await packAll(plan.pages)));
}

interface Page {
  readonly content: Uint8Array;
  header(packedBytes: number): Thrift;
}
interface Chunk {
  readonly column: TableColumn;
  readonly rows: number;
  readonly firstPage: number;
  readonly pageCount: number;
  readonly bounds: Thrift | undefined;
}
interface TablePlan {
  readonly name: string;
  readonly codec: Codec;
  readonly columns: readonly TableColumn[];
  readonly rows: number;
  /** Chunks of each row group, one a column. */
  readonly groups: readonly (readonly Chunk[])[];
  readonly pages: readonly Page[];
}

function planTable(
  columns: readonly TableColumn[],
  rows: number,
  { name, rowGroupRows }: TableOptions,
  codec: Codec,
): TablePlan {
  const pages: Page[] = [];
  const groups: Chunk[][] = [];
  for (let start = 0; start < rows; start += rowGroupRows) {
    const end = Math.min(start + rowGroupRows, rows);
    groups.push(columns.map((column) => planChunk(pages, column, start, end, codec)));
  }
  return { name, codec, columns, rows, groups, pages };
}

/** The file, given what each page became when it was packed. */
function layTable({ name, codec, columns, rows, groups: planned, pages }: TablePlan, packed: readonly Uint8Array[]) {
  const sink: Sink = { parts: [], at: 0 };
  append(sink, MAGIC);
  const groups: Thrift[] = [];
  for (const group of planned) {
    const chunks = group.map((chunk) => layChunk(sink, chunk, codec, pages, packed));
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
        [3, i64(group[0]!.rows)],
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

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

const packZstd = promisify(zstdCompress);
/** As many as the threads that pack. Each page in work holds a context and room for its output: all at once took four times the memory. */
export const PAGES_AT_ONCE = 4;

export async function packAll(
  pages: readonly Pick<Page, 'content'>[],
  pack: (content: Uint8Array) => Promise<Uint8Array> = compress,
): Promise<Uint8Array[]> {
  const packed: Uint8Array[] = [];
  let next = 0;
  const packer = async (): Promise<void> => {
    while (next < pages.length) {
      const at = next++;
      packed[at] = await pack(pages[at]!.content);
    }
  };
  await Promise.all(Array.from({ length: PAGES_AT_ONCE }, packer));
  return packed;
}

function compress(content: Uint8Array): Promise<Uint8Array> {
  return packZstd(content, {
    chunkSize: content.length + 1024,
    // Known beforehand, a frame says its size and needs no window of its own.
    pledgedSrcSize: content.length,
    // The checksum finds damage also where only a part of the file is read, which no hash covers.
    params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
  });
}

/** The pages of one column's rows. */
function planChunk(pages: Page[], column: TableColumn, start: number, end: number, codec: Codec): Chunk {
  const firstPage = pages.length;
  const page = (content: Uint8Array, header: (packed: number) => Thrift): void => void pages.push({ content, header });
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
  return { column, rows: end - start, firstPage, pageCount: pages.length - firstPage, bounds };
}

/** Writes the pages of a chunk; gives what the footer says of them. */
function layChunk(
  sink: Sink,
  { column, rows, firstPage, pageCount, bounds }: Chunk,
  codec: Codec,
  pages: readonly Page[],
  packed: readonly Uint8Array[],
): { thrift: Thrift; unpacked: number } {
  const from = sink.at;
  let unpacked = 0;
  let dataFrom = from;
  for (let at = firstPage; at < firstPage + pageCount; at++) {
    // The dictionary's page stands before those of the data.
    if (at === firstPage + 1 && 'words' in column) dataFrom = sink.at;
    const head = writeThrift(pages[at]!.header(packed[at]!.length));
    append(sink, head);
    append(sink, packed[at]!);
    unpacked += head.length + pages[at]!.content.length;
  }
  const isText = 'words' in column;
  const meta = struct([
    [1, i32(typeOf(column))],
    [2, list('i32', isText ? [i32(ENCODING.plain), i32(ENCODING.dictionary)] : [i32(ENCODING.plain)])],
    [3, list('bytes', [text(column.name)])],
    [4, i32(CODEC[codec])],
    [5, i64(rows)],
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

function dataHeader(unpacked: number, packed: number, values: number, encoding: number, codec: Codec): Thrift {
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
