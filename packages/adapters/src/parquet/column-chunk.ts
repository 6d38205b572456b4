import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { readThriftStruct, type ThriftStruct } from './thrift-compact.ts';

const unzstd = promisify(zstdDecompress);
const PLAIN = 0;
const RLE_DICTIONARY = 8;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;
const MAX_PAGE_BYTES = 64 * 1024 * 1024;

/** A page of a column chunk of ours: zstd, without levels (no value is ever absent). */
interface Page {
  readonly values: number;
  readonly encoding: number;
  readonly isDictionary: boolean;
  content(): Promise<Uint8Array>;
}

/**
 * Decodes a chunk of doubles, or of 32-bit numbers, that was written PLAIN straight into a typed array. Decompression runs on
 * the thread pool. Throws for pages that are not of the kind this product writes.
 */
export async function readPlainChunk(chunk: Uint8Array, into: Float64Array | Int32Array): Promise<void> {
  let at = 0;
  const target = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
  for (const page of pagesOf(chunk)) {
    if (page.isDictionary || page.encoding !== PLAIN) throw new RangeError('expected plain pages');
    const content = await page.content();
    if (content.length !== page.values * into.BYTES_PER_ELEMENT || at + content.length > target.length)
      throw new RangeError(`a page of ${page.values} values has ${content.length} bytes`);
    target.set(content, at);
    at += content.length;
  }
  if (at !== target.length) throw new RangeError(`expected ${target.length} bytes of values, found ${at}`);
}

/** Decodes a chunk of texts with a dictionary: the dictionary, and for each row its place in it. */
export async function readDictionaryChunk(chunk: Uint8Array, into: Int32Array): Promise<readonly string[]> {
  let words: string[] | undefined;
  let at = 0;
  for (const page of pagesOf(chunk)) {
    const content = await page.content();
    if (page.isDictionary) words = readWords(content, page.values);
    else {
      if (page.encoding !== RLE_DICTIONARY || words === undefined) throw new RangeError('expected dictionary pages');
      readIndexes(content, into.subarray(at, at + page.values), words.length);
      at += page.values;
    }
  }
  if (at !== into.length) throw new RangeError(`expected ${into.length} texts, found ${at}`);
  return words ?? [];
}

const numberAt = (struct: ThriftStruct, field: number): number => {
  const value = struct.get(field);
  if (typeof value !== 'number') throw new RangeError(`a page header lacks its field ${field}`);
  return value;
};

function pagesOf(chunk: Uint8Array): Page[] {
  const pages: Page[] = [];
  for (let at = 0; at < chunk.length;) {
    const { struct, end } = readThriftStruct(chunk, at);
    const [type, unpacked, packed] = [numberAt(struct, 1), numberAt(struct, 2), numberAt(struct, 3)];
    const isDictionary = type === DICTIONARY_PAGE;
    if (!isDictionary && type !== DATA_PAGE_V2) throw new RangeError(`a page of type ${type} is none of ours`);
    const header = struct.get(isDictionary ? 7 : 8);
    if (!(header instanceof Map)) throw new RangeError('a page header lacks its part');
    if (!isDictionary && (numberAt(header, 2) !== 0 || numberAt(header, 5) !== 0 || numberAt(header, 6) !== 0))
      throw new RangeError('a page with absent values is none of ours');
    if (unpacked > MAX_PAGE_BYTES) throw new RangeError(`a page of ${unpacked} bytes is none of ours`);
    if (end + packed > chunk.length) throw new RangeError('a page is cut off');
    const bytes = chunk.subarray(end, end + packed);
    const isPacked = isDictionary || header.get(7) !== false;
    pages.push({
      values: numberAt(header, 1),
      encoding: numberAt(header, isDictionary ? 2 : 4),
      isDictionary,
      // One piece of the right size: by default the result would be put together from pieces of 16 KB.
      content: async () => (isPacked && unpacked > 0 ? unzstd(bytes, { chunkSize: Math.max(unpacked, 64) }) : bytes),
    });
    at = end + packed;
  }
  return pages;
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
