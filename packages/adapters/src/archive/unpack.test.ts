import { gzipSync } from 'node:zlib';
import { DEFAULT_CAPS, UnpackRefusal } from '@aion/market';
import { describe, expect, it } from 'vitest';
import { makeZip } from '../../test/make-zip.ts';
import { unpackArchive } from './unpack.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const BARS = 'symbol,date,open,high,low,close,volume\nABC,2024-10-24,10,12,9,11,100\n';

async function refusal(name: string, bytes: Uint8Array, caps = DEFAULT_CAPS): Promise<UnpackRefusal> {
  const thrown = await unpackArchive(name, bytes, caps).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(UnpackRefusal);
  return thrown as UnpackRefusal;
}

describe('unpackArchive', () => {
  it('gives plain, gzipped and zipped files back, by content and not by name', async () => {
    expect(await unpackArchive('a.csv', text(BARS))).toEqual([{ name: 'a.csv', bytes: text(BARS) }]);
    const [gzipped] = await unpackArchive('a.csv', new Uint8Array(gzipSync(BARS)));
    expect(new TextDecoder().decode(gzipped!.bytes)).toBe(BARS);
    const zip = makeZip([
      { name: 'x.csv', content: text(BARS) },
      { name: 'sub/', content: text('') },
      { name: 'sub/y.csv', content: text('other') },
    ]);
    const files = await unpackArchive('a.zip', zip);
    expect(files.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)])).toEqual([
      ['a.zip/x.csv', BARS],
      ['a.zip/sub/y.csv', 'other'],
    ]);
  });

  it('refuses a gzip and a zip bomb while unpacking, not after', async () => {
    const bomb = new Uint8Array(60 * 1024 * 1024);
    const gz = await refusal('bomb.csv.gz', new Uint8Array(gzipSync(bomb)));
    expect([gz.code, gz.message]).toEqual(['bomb', expect.stringMatching(/more than 100 times its size/)]);
    expect((await refusal('bomb.zip', makeZip([{ name: 'a.csv', content: bomb }]))).code).toBe('bomb');
    // Each entry stays below what is looked at by itself; together they are 56 MiB out of some kilobytes.
    const apart = makeZip(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => ({ name: `${n}.csv`, content: bomb.subarray(0, 7 << 20) })),
    );
    expect((await refusal('apart.zip', apart)).code).toBe('bomb');
    const small = { ...DEFAULT_CAPS, unpackedBytes: 1000 };
    const many = makeZip([1, 2, 3].map((n) => ({ name: `${n}.csv`, content: text('x'.repeat(400)) })));
    expect((await refusal('many.zip', many, small)).code).toBe('bomb');
  });

  it('refuses a zip whose header lies about the size', async () => {
    const zip = makeZip([{ name: 'a.csv', content: text(BARS.repeat(100)), claimedBytes: 10 }]);
    expect((await refusal('liar.zip', zip)).code).toBe('corrupt_archive');
  });

  it('refuses paths that lead out of the archive', async () => {
    for (const name of ['../evil.csv', '/etc/evil.csv', 'C:/evil.csv', 'a/../../evil.csv']) {
      const found = await refusal('evil.zip', makeZip([{ name, content: text(BARS) }]));
      expect(found.code, name).toBe('unsafe_path');
    }
  });

  it('refuses too many entries and too large a file before reading them', async () => {
    const entries = [1, 2, 3].map((n) => ({ name: `${n}.csv`, content: text(BARS) }));
    expect((await refusal('many.zip', makeZip(entries), { ...DEFAULT_CAPS, entries: 2 })).code).toBe(
      'too_many_entries',
    );
    expect((await refusal('big.csv', text(BARS), { ...DEFAULT_CAPS, packedBytes: 10 })).code).toBe('too_large');
  });

  it('refuses damaged and empty archives', async () => {
    const gz = new Uint8Array(gzipSync(BARS));
    expect((await refusal('cut.csv.gz', gz.subarray(0, gz.length - 12))).code).toBe('corrupt_archive');
    expect(
      (
        await refusal(
          'bad.csv.gz',
          gz.map((byte, i) => (i === 20 ? byte ^ 255 : byte)),
        )
      ).code,
    ).toBe('corrupt_archive');
    const zip = makeZip([{ name: 'a.csv', content: text(BARS) }]);
    expect((await refusal('cut.zip', zip.subarray(0, zip.length - 30))).code).toBe('corrupt_archive');
    expect((await refusal('empty.zip', makeZip([]))).code).toBe('corrupt_archive');
  });
});
