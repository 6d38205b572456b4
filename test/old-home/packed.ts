import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

// A folder as one file: a line for each file with its size and its path, an empty line, and the bytes of all, compressed.

export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

export function pack(folder: string, left: (path: string) => boolean): Buffer {
  const files = filesUnder(folder)
    .filter((path) => !left(path))
    .map((path) => ({ path, content: readFileSync(join(folder, path)) }));
  const list = files.map(({ path, content }) => `${content.length} ${path}\n`).join('');
  const whole = Buffer.concat([Buffer.from(`${list}\n`), ...files.map(({ content }) => content)]);
  return brotliCompressSync(whole, {
    params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: whole.length },
  });
}

export function unpack(packed: Buffer, folder: string): void {
  const whole = brotliDecompressSync(packed);
  const end = whole.indexOf('\n\n');
  let at = end + 2;
  for (const line of whole.subarray(0, end).toString().split('\n')) {
    const [size = ''] = line.split(' ', 1);
    const target = join(folder, line.slice(size.length + 1));
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    writeFileSync(target, whole.subarray(at, (at += Number(size))), { mode: 0o600 });
  }
  if (at !== whole.length) throw new Error(`the packed folder has ${whole.length} bytes, its list ${at}`);
}
