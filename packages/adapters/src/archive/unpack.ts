import { promisify } from 'node:util';
import { gunzip as gunzipCallback, type InputType, type ZlibOptions } from 'node:zlib';
import { DEFAULT_CAPS, type UnpackCaps, type UnpackedFile, UnpackRefusal } from '@aion/market';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';

const gunzipAsync: (input: InputType, options: ZlibOptions) => Promise<Buffer> = promisify(gunzipCallback);

const MIB = 1024 * 1024;
// Below this size a high ratio harms nobody: a small file of equal rows compresses very well.
const RATIO_FLOOR_BYTES = 8 * MIB;

/**
 * The Unpack port on node:zlib and yauzl: streams, so that a bomb is stopped when it crosses a cap, not after. What is no archive comes back
 * as one file. Throws UnpackRefusal for one that is too large or cannot be read.
 *
 * @example const [file] = await unpackArchive('bars.csv.gz', readFileSync('bars.csv.gz')); file?.bytes // the text, unpacked
 */
export async function unpackArchive(
  name: string,
  bytes: Uint8Array,
  caps: UnpackCaps = DEFAULT_CAPS,
): Promise<UnpackedFile[]> {
  if (bytes.length > caps.packedBytes) {
    throw new UnpackRefusal(
      'too_large',
      `${name} has ${bytes.length} bytes, more than the ${caps.packedBytes} allowed; split it by date`,
    );
  }
  if (bytes.length > 4 && bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return [{ name, bytes: await gunzip(name, bytes, caps) }];
  }
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5)) return unzip(name, bytes, caps);
  return [{ name, bytes }];
}

function requireRatio(found: { name: string; packed: number; unpacked: number }, { ratio }: UnpackCaps): void {
  const { name, packed, unpacked } = found;
  if (unpacked <= RATIO_FLOOR_BYTES || unpacked <= packed * ratio) return;
  throw new UnpackRefusal(
    'bomb',
    `${name} unpacks to more than ${ratio} times its size, as no file of bars does; check where it is from`,
  );
}

/** Collects chunks under the caps. `packed` is the number of packed bytes they came from. */
function makeCollector(
  name: string,
  packed: number,
  caps: UnpackCaps,
): { add(chunk: Buffer): void; all(): Uint8Array } {
  const chunks: Buffer[] = [];
  let total = 0;
  return {
    add(chunk) {
      total += chunk.length;
      if (total > caps.unpackedBytes) {
        throw new UnpackRefusal(
          'bomb',
          `${name} unpacks to more than the ${caps.unpackedBytes} bytes allowed; split it by date`,
        );
      }
      requireRatio({ name, packed, unpacked: total }, caps);
      chunks.push(chunk);
    },
    all: () => Buffer.concat(chunks, total),
  };
}

/**
 * Unpacks in one piece, into a buffer of the size that the gzip trailer claims: no list of chunks to be joined. The
 * claim is not believed further than the caps, which zlib enforces while it writes.
 */
async function gunzip(name: string, bytes: Uint8Array, caps: UnpackCaps): Promise<Uint8Array> {
  const byRatio = Math.max(bytes.length * caps.ratio, RATIO_FLOOR_BYTES);
  const limit = Math.min(caps.unpackedBytes, byRatio);
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(bytes.length - 4, true);
  // One byte to spare: zlib would ask for a second buffer when the first is exactly full.
  const chunkSize = Math.max(Math.min(claimed, limit) + 1, 65_536);
  try {
    return await gunzipAsync(bytes, { chunkSize, maxOutputLength: limit });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'))
      throw asRefusal(name, error);
    const why =
      limit === byRatio
        ? `${caps.ratio} times its size, as no file of bars does; check where it is from`
        : `the ${limit} bytes allowed; split it by date`;
    throw new UnpackRefusal('bomb', `${name} unpacks to more than ${why}`);
  }
}

function asRefusal(name: string, error: unknown): UnpackRefusal {
  if (error instanceof UnpackRefusal) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new UnpackRefusal('corrupt_archive', `${name} cannot be unpacked (${why}); download it again`);
}

async function unzip(name: string, bytes: Uint8Array, caps: UnpackCaps): Promise<UnpackedFile[]> {
  let zip: ZipFile;
  try {
    zip = await new Promise<ZipFile>((resolve, reject) => {
      // Sizes are checked by our own caps while reading; yauzl refuses "..", absolute paths and backslashes.
      fromBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { lazyEntries: true }, (error, file) =>
        error === null ? resolve(file) : reject(error),
      );
    });
  } catch (error) {
    throw asRefusal(name, error);
  }
  if (zip.entryCount > caps.entries) {
    zip.close();
    throw new UnpackRefusal(
      'too_many_entries',
      `${name} has ${zip.entryCount} entries, more than the ${caps.entries} allowed; split it`,
    );
  }
  const files: UnpackedFile[] = [];
  let left = caps.unpackedBytes;
  const whole = { name, packed: bytes.length, unpacked: 0 };
  try {
    for await (const entry of entriesOf(zip)) {
      const inner = `${name}/${entry.fileName}`;
      if (entry.fileName.endsWith('/')) continue;
      const collector = makeCollector(inner, Math.max(entry.compressedSize, 1), { ...caps, unpackedBytes: left });
      for await (const chunk of await openEntry(zip, entry)) {
        collector.add(chunk as Buffer);
        // Many entries that are each too small to be looked at, or that share the same bytes, are a bomb together.
        whole.unpacked += (chunk as Buffer).length;
        requireRatio(whole, caps);
      }
      const content = collector.all();
      left -= content.length;
      files.push({ name: inner, bytes: content });
    }
  } catch (error) {
    if (error instanceof Error && /relative path|absolute path|invalid characters/.test(error.message)) {
      throw new UnpackRefusal(
        'unsafe_path',
        `${name} holds an entry with an unsafe path (${error.message}); check where it is from`,
      );
    }
    throw asRefusal(name, error);
  } finally {
    zip.close();
  }
  if (files.length === 0) throw new UnpackRefusal('corrupt_archive', `${name} holds no file; download it again`);
  return files;
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      const settle = (act: () => void): void => {
        zip.removeListener('entry', onEntry);
        zip.removeListener('end', onEnd);
        zip.removeListener('error', onError);
        act();
      };
      const onEntry = (found: Entry): void => settle(() => resolve(found));
      const onEnd = (): void => settle(() => resolve(undefined));
      const onError = (error: Error): void => settle(() => reject(error));
      zip.once('entry', onEntry);
      zip.once('end', onEnd);
      zip.once('error', onError);
      zip.readEntry();
    });
    if (entry === undefined) return;
    yield entry;
  }
}

function openEntry(zip: ZipFile, entry: Entry): Promise<AsyncIterable<unknown>> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error === null ? resolve(stream) : reject(error)));
  });
}
