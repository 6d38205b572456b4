import { zstdDecompressSync } from 'node:zlib';
import { readThriftStruct, type ThriftStruct } from './thrift-compact.ts';

const PLAIN = 0;
const RLE_DICTIONARY = 8;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;
const MAX_PAGE_BYTES = 64 * 1024 * 1024;

/** Rows [start, end) of a row group, ascending and apart from each other. */
export type Spans = readonly (readonly [start: number, end: number])[];

/** A page of a column chunk of ours: zstd, without levels (no value is ever absent). */
interface Page {
  readonly values: number;
  readonly encoding: number;
  readonly isDictionary: boolean;
  readonly packed: Uint8Array;
  readonly unpackedBytes: number;
  readonly isPacked: boolean;
}

/**
 * Decodes the rows of the spans of a chunk of doubles, or of 32-bit numbers, that was written PLAIN, into a typed array from its
 * start on. Pages without a wanted row are not unpacked. Decompressing in place is faster than on the thread pool: each page
 * takes a tenth of a millisecond. Throws for pages that are not of the kind this product writes.
 */
export function readPlainChunk(chunk: Uint8Array, into: Float64Array | Int32Array, spans: Spans): void {
  const size = into.BYTES_PER_ELEMENT;
  let row = 0;
  let filled = 0;
  let span = 0;
  for (const page of pagesOf(chunk)) {
    if (page.isDictionary || page.encoding !== PLAIN) throw new RangeError('expected plain pages');
    const end = row + page.values;
    while (span < spans.length && spans[span]![1] <= row) span++;
    if (span < spans.length && spans[span]![0] < end) {
      const content = unpack(page);
      if (content.length !== page.values * size)
        throw new RangeError(`a page of ${page.values} values has ${content.length} bytes`);
      const aligned = content.byteOffset % size === 0 ? content : content.slice();
      const values =
        size === 8
          ? new Float64Array(aligned.buffer, aligned.byteOffset, page.values)
          : new Int32Array(aligned.buffer, aligned.byteOffset, page.values);
      for (let i = span; i < spans.length && spans[i]![0] < end; i++) {
        const from = Math.max(spans[i]![0], row);
        const to = Math.min(spans[i]![1], end);
        if (to - from === 1) into[filled] = values[from - row]!;
        else into.set(values.subarray(from - row, to - row), filled);
        filled += to - from;
      }
    }
    row = end;
  }
  if (filled !== into.length) throw new RangeError(`expected ${into.length} values, found ${filled}`);
}

/** Decodes a chunk of texts with a dictionary: the dictionary, and for each row its place in it. */
export function readDictionaryChunk(chunk: Uint8Array, into: Int32Array): readonly string[] {
  let words: string[] | undefined;
  let at = 0;
  for (const page of pagesOf(chunk)) {
    const content = unpack(page);
    if (page.isDictionary) words = readWords(content, page.values);
    else {
      if (page.encoding !== RLE_DICTIONARY || words === undefined) throw new RangeError('expected dictionary pages');
      if (at + page.values > into.length) throw new RangeError('a page has more values than its chunk');
      readIndexes(content, into.subarray(at, at + page.values), words.length);
      at += page.values;
    }
  }
  if (at !== into.length) throw new RangeError(`expected ${into.length} texts, found ${at}`);
  return words ?? [];
}

function unpack({ packed, unpackedBytes, isPacked }: Page): Uint8Array {
  if (!isPacked || unpackedBytes === 0) return packed;
  // One piece of the right size: by default the result would be put together from pieces of 16 KB.
  const content = zstdDecompressSync(packed, {
    chunkSize: Math.max(unpackedBytes, 64),
    maxOutputLength: unpackedBytes,
  });
  if (content.length !== unpackedBytes)
    throw new RangeError(`expected ${unpackedBytes} bytes, found ${content.length}`);
  return content;
}

const numberAt = (struct: ThriftStruct, field: number): number => {
  const value = struct.get(field);
  if (typeof value !== 'number') throw new RangeError(`a page header lacks its field ${field}`);
  return value;
};

function* pagesOf(chunk: Uint8Array): Generator<Page> {
  for (let at = 0; at < chunk.length;) {
    const { struct, end } = readThriftStruct(chunk, at);
    const [type, unpackedBytes, packedBytes] = [numberAt(struct, 1), numberAt(struct, 2), numberAt(struct, 3)];
    const isDictionary = type === DICTIONARY_PAGE;
    if (!isDictionary && type !== DATA_PAGE_V2) throw new RangeError(`a page of type ${type} is none of ours`);
    const header = struct.get(isDictionary ? 7 : 8);
    if (!(header instanceof Map)) throw new RangeError('a page header lacks its part');
    if (!isDictionary && (numberAt(header, 2) !== 0 || numberAt(header, 5) !== 0 || numberAt(header, 6) !== 0))
      throw new RangeError('a page with absent values is none of ours');
    if (unpackedBytes < 0 || unpackedBytes > MAX_PAGE_BYTES)
      throw new RangeError(`a page of ${unpackedBytes} bytes is none of ours`);
    if (packedBytes < 0 || end + packedBytes > chunk.length) throw new RangeError('a page is cut off');
    const values = numberAt(header, 1);
    if (values < 0) throw new RangeError(`a page of ${values} values is none of ours`);
    yield {
      values,
      encoding: numberAt(header, isDictionary ? 2 : 4),
      isDictionary,
      packed: chunk.subarray(end, end + packedBytes),
      unpackedBytes,
      isPacked: isDictionary || header.get(7) !== false,
    };
    at = end + packedBytes;
  }
}
function readWords(content: Uint8Array, count: number): string[] {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const decoder = new TextDecoder();
  const words: string[] = [];
  for (let at = 0; words.length < count;) {
    const length = view.getUint32(at, true);
    words.push(decoder.decode(content.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return words;
}

/** Parquet's hybrid of runs and bit-packed groups, after one byte with the width of a number. */
function readIndexes(content: Uint8Array, into: Int32Array, limit: number): void {
  const width = content[0]!;
  if (width === 0) return;
  if (width > 24) throw new RangeError(`dictionary numbers of ${width} bits are none of ours`);
  let at = 1;
  let row = 0;
  while (row < into.length) {
    let head = 0;
    for (let shift = 0; ; shift += 7) {
      const next = content[at++];
      if (next === undefined) throw new RangeError('a page of dictionary numbers is cut off');
      head |= (next & 127) << shift;
      if (next < 128) break;
    }
    if ((head & 1) === 0) {
      let value = 0;
      for (let i = 0; i < width; i += 8) value |= content[at++]! << i;
      const end = Math.min(row + (head >>> 1), into.length);
      into.fill(value, row, end);
      row = end;
    } else {
      const end = Math.min(row + (head >>> 1) * 8, into.length);
      const mask = (1 << width) - 1;
      let bits = 0;
      let held = 0;
      let next = at;
      at += (head >>> 1) * width;
      for (; row < end; row++) {
        while (held < width) {
          bits |= content[next++]! << held;
          held += 8;
        }
        into[row] = bits & mask;
        bits >>>= width;
        held -= width;
      }
    }
  }
  for (let i = 0; i < into.length; i++) if (into[i]! >= limit) throw new RangeError('a text is not in its dictionary');
}
