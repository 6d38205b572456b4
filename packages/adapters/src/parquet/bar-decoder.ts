import { zstdDecompressSync } from 'node:zlib';
import { AppError, isAppError, makeBoundedCache } from '@aion/core';
import { type BarTable, type ByteSource, type DecodeOptions, PRICE_COLUMNS } from '@aion/market';
import { type FileMetaData, parquetMetadata, parquetRead } from 'hyparquet';
import { readDictionaryChunk, readPlainChunk, type Spans } from './column-chunk.ts';
import { DAY, MINUTE, SOURCE, SYMBOL, VOLUME, WRITTEN_BY_US } from './columns.ts';

const TAIL_BYTES = 65_536;
/** Footers of files that were read in parts: the files never change. */
const footers = makeBoundedCache<string, FileMetaData>(512);

/** Decodes a whole file of bars. */
export async function decodeBars(bytes: Uint8Array, options: DecodeOptions = {}): Promise<BarTable> {
  try {
    const metadata = parseFooter(bytes);
    const groups = wantedGroups(metadata, options);
    if (metadata.created_by !== WRITTEN_BY_US) return await decodeForeign(bytes, metadata, groups, options);
    return await decodeGroups(metadata, groups, options, async (start, end) => bytes.subarray(start, end));
  } catch (cause) {
    throw damaged(cause);
  }
}

/** Decodes the row groups that are wanted; asks for them and the footer only. */
export async function decodeBarParts(source: ByteSource, options: DecodeOptions = {}): Promise<BarTable> {
  try {
    const metadata = footers.get(source.key) ?? (await readFooter(source));
    if (metadata.created_by !== WRITTEN_BY_US) return await decodeBars(await source.range(0, source.bytes), options);
    return await decodeGroups(metadata, wantedGroups(metadata, options), options, source.range);
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause: unknown): AppError {
  // That a file is missing or the store cannot be reached says nothing about the file.
  if (isAppError(cause)) return cause;
  return new AppError(
    'corrupt',
    'an object of the lake is no readable Parquet file of bars; restore it from a backup',
    { cause },
  );
}

async function readFooter({ key, bytes, range }: ByteSource): Promise<FileMetaData> {
  let tail = await range(Math.max(0, bytes - TAIL_BYTES), bytes);
  const needed = new DataView(tail.buffer, tail.byteOffset, tail.length).getUint32(tail.length - 8, true) + 8;
  if (needed > tail.length && needed <= bytes) tail = await range(bytes - needed, bytes);
  const metadata = parseFooter(tail);
  footers.set(key, metadata);
  return metadata;
}

const parseFooter = (bytes: Uint8Array): FileMetaData =>
  parquetMetadata(exactBuffer(bytes), {
    // The day number itself is wanted, not a Date.
    parsers: { dateFromDays: (days: number) => days as unknown as Date },
  } as never);

/** The footer's reader takes an ArrayBuffer: only the end of a large file is copied for it. */
function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  const { length } = bytes;
  if (length < 8) throw new RangeError('a file of Parquet has more than eight bytes');
  const footer = new DataView(bytes.buffer, bytes.byteOffset, length).getUint32(length - 8, true) + 8;
  const from = Math.max(0, length - Math.max(footer, 16));
  return bytes.slice(from).buffer;
}

interface Group {
  readonly start: number;
  readonly rows: number;
  readonly chunks: FileMetaData['row_groups'][number]['columns'];
}

/** Row groups whose bounds of symbol and day meet what is wanted. */
function wantedGroups(metadata: FileMetaData, options: DecodeOptions): Group[] {
  const { symbols, fromDay = -Infinity, toDay = Infinity } = options;
  const groups: Group[] = [];
  let start = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    const names = boundsOf(group.columns, SYMBOL);
    const days = boundsOf(group.columns, DAY);
    const hasSymbol =
      symbols === undefined ||
      typeof names.low !== 'string' ||
      typeof names.high !== 'string' ||
      [...symbols].some((symbol) => symbol >= (names.low as string) && symbol <= (names.high as string));
    const hasDay =
      typeof days.low !== 'number' || typeof days.high !== 'number' || (days.high >= fromDay && days.low <= toDay);
    if (hasSymbol && hasDay) groups.push({ start, rows, chunks: group.columns });
    start += rows;
  }
  return groups;
}

function boundsOf(chunks: Group['chunks'], name: string): { low: unknown; high: unknown } {
  const statistics = chunks.find(({ meta_data }) => meta_data?.path_in_schema[0] === name)?.meta_data?.statistics;
  return { low: statistics?.min_value, high: statistics?.max_value };
}

/** A row group of which the texts and the days were read: what is wanted of it is known. */
interface OpenGroup {
  readonly bytesOf: (name: string) => Uint8Array;
  readonly symbols: readonly string[];
  readonly symbolIndex: Int32Array;
  readonly spans: Spans;
  readonly rows: number;
}

/** Reads what is wanted of the row groups: first the symbols and days, then only the pages that hold their rows. */
async function decodeGroups(
  metadata: FileMetaData,
  groups: readonly Group[],
  options: DecodeOptions,
  range: (start: number, end: number) => Promise<Uint8Array>,
): Promise<BarTable> {
  const names = new Set(metadata.schema.map(({ name }) => name));
  const withSource = options.provenance === true && names.has(SOURCE);
  const columns = [
    SYMBOL,
    DAY,
    ...(names.has(MINUTE) ? [MINUTE] : []),
    ...PRICE_COLUMNS,
    VOLUME,
    ...(withSource ? [SOURCE] : []),
  ];
  const open = await Promise.all(groups.map((group) => openGroup(group, columns, options, range)));
  const total = open.reduce((sum, { rows }) => sum + rows, 0);
  const table = makeColumns(total, names.has(MINUTE), withSource);
  const words: { symbols: readonly string[]; sources: readonly string[] }[] = [];
  let at = 0;
  for (const [index, { bytesOf, spans, rows, symbols, symbolIndex }] of open.entries()) {
    const shareOf = (name: string) => table.targets[name]!.subarray(at, at + rows);
    for (const name of columns) {
      if (name !== SYMBOL && name !== SOURCE) readPlainChunk(bytesOf(name), shareOf(name), spans);
    }
    takeSpans(symbolIndex, spans, shareOf(SYMBOL) as Int32Array);
    let sources: readonly string[] = [];
    if (withSource) {
      const all = new Int32Array(groups[index]!.rows);
      sources = readDictionaryChunk(bytesOf(SOURCE), all);
      takeSpans(all, spans, shareOf(SOURCE) as Int32Array);
    }
    words.push({ symbols, sources });
    at += rows;
  }
  return table.join(open, words);
}

async function openGroup(
  group: Group,
  columns: readonly string[],
  options: DecodeOptions,
  range: (start: number, end: number) => Promise<Uint8Array>,
): Promise<OpenGroup> {
  const places = new Map(group.chunks.map((chunk) => [chunk.meta_data!.path_in_schema[0]!, placeOf(chunk)]));
  const wanted = columns.map((name) => places.get(name)).filter((place) => place !== undefined);
  // Chunks of a group lie one after another: one request, with what is not wanted between them.
  const [low, high] = [Math.min(...wanted.map(({ start }) => start)), Math.max(...wanted.map(({ end }) => end))];
  const bytes = await range(low, high);
  const bytesOf = (name: string): Uint8Array => {
    const place = places.get(name);
    if (place === undefined) throw new RangeError(`the file lacks ${name}`);
    return bytes.subarray(place.start - low, place.end - low);
  };
  const symbolIndex = new Int32Array(group.rows);
  const symbols = readDictionaryChunk(bytesOf(SYMBOL), symbolIndex);
  const spans = spansOf(symbols, symbolIndex, options, () => {
    const days = new Int32Array(group.rows);
    readPlainChunk(bytesOf(DAY), days, [[0, group.rows]]);
    return days;
  });
  return { bytesOf, symbols, symbolIndex, spans, rows: spans.reduce((sum, [start, end]) => sum + end - start, 0) };
}

/** The rows that are wanted, as spans. */
function spansOf(
  symbols: readonly string[],
  symbolIndex: Int32Array,
  { symbols: wanted, fromDay = -Infinity, toDay = Infinity }: DecodeOptions,
  readDays: () => Int32Array,
): Spans {
  const { length } = symbolIndex;
  const anyDay = fromDay === -Infinity && toDay === Infinity;
  if (wanted === undefined && anyDay) return [[0, length]];
  const isWanted = Uint8Array.from(symbols, (symbol) => (wanted === undefined || wanted.has(symbol) ? 1 : 0));
  const days = anyDay ? undefined : readDays();
  const spans: [number, number][] = [];
  for (let row = 0; row < length; row++) {
    const day = days === undefined ? fromDay : days[row]!;
    if (isWanted[symbolIndex[row]!] === 0 || day < fromDay || day > toDay) continue;
    const last = spans.at(-1);
    if (last !== undefined && last[1] === row) last[1]++;
    else spans.push([row, row + 1]);
  }
  return spans;
}

function takeSpans(from: Int32Array, spans: Spans, into: Int32Array): void {
  let at = 0;
  for (const [start, end] of spans) {
    if (end - start === 1) into[at] = from[start]!;
    else into.set(from.subarray(start, end), at);
    at += end - start;
  }
}

function placeOf(chunk: Group['chunks'][number]): { start: number; end: number } {
  const { dictionary_page_offset, data_page_offset, total_compressed_size } = chunk.meta_data!;
  const start = Number(dictionary_page_offset ?? data_page_offset);
  return { start, end: start + Number(total_compressed_size) };
}

function makeColumns(total: number, intraday: boolean, provenance: boolean) {
  const symbolIndex = new Int32Array(total);
  const sessionDay = new Int32Array(total);
  const openMinute = intraday ? new Int32Array(total) : null;
  const sourceIndex = provenance ? new Int32Array(total) : undefined;
  const [open, high, low, close, volumeShares] = Array.from({ length: 5 }, () => new Float64Array(total)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const targets: Readonly<Record<string, Float64Array | Int32Array | undefined>> = {
    [SYMBOL]: symbolIndex,
    [DAY]: sessionDay,
    [MINUTE]: openMinute ?? undefined,
    open,
    high,
    low,
    close,
    [VOLUME]: volumeShares,
    [SOURCE]: sourceIndex,
  };
  return {
    targets,
    /** Joins the groups' dictionaries. A symbol may go on from one group to the next. */
    join(
      groups: readonly { rows: number }[],
      words: readonly { symbols: readonly string[]; sources: readonly string[] }[],
    ) {
      const symbols = joinDictionaries(
        symbolIndex,
        groups,
        words.map((own) => own.symbols),
      );
      const columns = { symbols, symbolIndex, sessionDay, openMinute, open, high, low, close, volumeShares };
      if (sourceIndex === undefined) return columns;
      const ids = joinDictionaries(
        sourceIndex,
        groups,
        words.map((own) => own.sources),
      );
      return { ...columns, provenance: { ids, index: sourceIndex } };
    },
  };
}

/** One dictionary over those of the groups, with the words that some row has. */
function joinDictionaries(
  index: Int32Array,
  groups: readonly { rows: number }[],
  dictionaries: readonly (readonly string[])[],
): string[] {
  const places = new Map<string, number>();
  let at = 0;
  groups.forEach(({ rows }, group) => {
    const words = dictionaries[group]!;
    const newPlace = new Int32Array(words.length).fill(-1);
    for (let row = at; row < at + rows; row++) {
      const word = index[row]!;
      if (newPlace[word] === -1) {
        const known = places.get(words[word]!);
        newPlace[word] = known ?? places.size;
        if (known === undefined) places.set(words[word]!, places.size);
      }
      index[row] = newPlace[word]!;
    }
    at += rows;
  });
  return [...places.keys()];
}

/** Files of another writer, by the general reader: slower, every encoding. */
async function decodeForeign(
  bytes: Uint8Array,
  metadata: FileMetaData,
  groups: readonly Group[],
  options: DecodeOptions,
): Promise<BarTable> {
  const file = bytes.slice().buffer;
  const names = new Set(metadata.schema.map(({ name }) => name));
  const missing = [SYMBOL, DAY, ...PRICE_COLUMNS, VOLUME].filter((name) => !names.has(name));
  if (missing.length > 0) throw new RangeError(`the file lacks ${missing.join(', ')}`);
  const total = groups.reduce((sum, { rows }) => sum + rows, 0);
  const table = makeColumns(total, names.has(MINUTE), options.provenance === true && names.has(SOURCE));
  const texts: Record<string, Map<string, number>> = { [SYMBOL]: new Map(), [SOURCE]: new Map() };
  let at = 0;
  let filled = 0;
  for (const { start, rows } of groups) {
    await parquetRead({
      file,
      metadata,
      rowStart: start,
      rowEnd: start + rows,
      compressors: { ZSTD: (packed) => zstdDecompressSync(packed) },
      parsers: { dateFromDays: (days: number) => days as unknown as Date },
      onChunk: ({ columnName, columnData, rowStart }) => {
        const target = table.targets[columnName];
        if (target === undefined) return;
        const values = columnData as ArrayLike<unknown>;
        const places = texts[columnName];
        for (let i = 0; i < values.length; i++) {
          const value = values[i];
          let number = value as number;
          if (places !== undefined) {
            const word = String(value);
            number = places.get(word) ?? places.size;
            places.set(word, number);
          }
          target[at + rowStart - start + i] = number;
        }
        filled += values.length;
      },
    });
    at += rows;
  }
  const columns = Object.values(table.targets).filter((target) => target !== undefined).length;
  if (filled !== total * columns) throw new RangeError(`expected ${total * columns} values, found ${filled}`);
  return table.join([{ rows: total }], [{ symbols: [...texts[SYMBOL]!.keys()], sources: [...texts[SOURCE]!.keys()] }]);
}
