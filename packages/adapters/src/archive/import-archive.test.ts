import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeFrozenClock } from '@aion/core';
import { importFiles, type IngestPorts, readDaily, readManifest } from '@aion/market';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasRealData, realFile } from '../../../market/test/real-data.ts';
import { makeZip } from '../../test/make-zip.ts';
import { makeFileObjectStore } from '../files/object-store.ts';
import { makeParquetBarCodec } from '../parquet/bar-codec.ts';
import { makeSqliteItemTable } from '../sqlite/item-table.ts';
import { openStateFile, type StateFile } from '../sqlite/state-file.ts';
import { unpackArchive } from './unpack.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const daily = (...rows: string[]): Uint8Array => text(`symbol,date,open,high,low,close,volume\n${rows.join('\n')}\n`);

let folder: string;
let state: StateFile;
let ports: IngestPorts;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aion-import-'));
  state = openStateFile(join(folder, 'state.db'));
  const clock = makeFrozenClock(Date.parse('2026-11-21T10:00:00Z'));
  ports = {
    items: makeSqliteItemTable(state, clock),
    objects: makeFileObjectStore(join(folder, 'objects')),
    codec: makeParquetBarCodec(),
    clock,
    unpack: unpackArchive,
  };
});
afterEach(() => {
  state.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (files: Record<string, Uint8Array>) =>
  importFiles(
    ports,
    Object.entries(files).map(([name, bytes]) => ({ name, read: async () => bytes })),
  );

describe('importing archives into files and SQLite', () => {
  it('takes the good entries of a zip and refuses its bad ones, each by its name', async () => {
    const report = await run({
      'mixed.zip': makeZip([
        { name: 'good.csv', content: daily('ABC,2024-10-24,10,12,9,11,100') },
        { name: 'binary.csv', content: new Uint8Array(500) },
        { name: 'readme.txt', content: text('hello') },
        { name: 'nested.zip', content: makeZip([{ name: 'x.csv', content: text('x') }]) },
      ]),
      'other.csv.gz': new Uint8Array(gzipSync(daily('XYZ,2024-10-24,1,1,1,1,1'))),
    });
    expect(report.files.map(({ name, status, code, why }) => `${name}: ${status} ${code ?? why ?? ''}`.trim())).toEqual(
      [
        'mixed.zip/binary.csv: refused binary',
        'mixed.zip/good.csv: imported',
        'mixed.zip/nested.zip: refused binary',
        'mixed.zip/readme.txt: ignored not a .csv, .csv.gz or .zip file',
        'other.csv.gz: imported',
      ],
    );
    const bars = await readDaily(ports, await readManifest(ports, 'NSE'));
    expect([...bars].map(([symbol, { close }]) => [symbol, ...close])).toEqual([
      ['ABC', 11],
      ['XYZ', 1],
    ]);
  });

  it('stores nothing of an archive that is refused and goes on with the rest', async () => {
    const report = await run({
      'bomb.zip': makeZip([
        { name: 'a.csv', content: daily('ABC,2024-10-24,10,12,9,11,100') },
        { name: 'b.csv', content: new Uint8Array(40 * 1024 * 1024).fill(48) },
      ]),
      'evil.zip': makeZip([{ name: '../a.csv', content: daily('ABC,2024-10-24,10,12,9,11,100') }]),
      'z.csv': daily('XYZ,2024-10-24,1,1,1,1,1'),
    });
    expect(report.files.map(({ name, code }) => [name, code])).toEqual([
      ['bomb.zip', 'bomb'],
      ['evil.zip', 'unsafe_path'],
      ['z.csv', undefined],
    ]);
    expect((await readManifest(ports, 'NSE')).symbols).toEqual(['XYZ']);
  });

  it.skipIf(!hasRealData)(
    'reads the three bhavcopy layouts from one zip: what repeats is counted, not stored twice',
    async () => {
      const names = [
        'BhavCopy_NSE_CM_0_0_0_20260227_F_0000.converted.csv',
        'cm01NOV2017bhav.csv',
        'sec_bhavdata_full_27022026.csv',
        'sec_bhavdata_full_28102024.csv',
      ];
      const zip = makeZip(names.map((name) => ({ name, content: realFile(`bhavcopy/${name}`) })));
      const report = await run({ 'bhavcopies.zip': zip });
      expect(report.files.map(({ layout, stored, duplicates }) => [layout, stored, duplicates])).toEqual([
        ['udiff', 2417, 0],
        ['cm', 1468, 0],
        ['sec_bhavdata_full', 0, 2417],
        ['sec_bhavdata_full', 1912, 0],
      ]);
      expect(report).toMatchObject({ quarantined: {}, sessions: 3, refused: 0, lastSession: '2026-02-27' });
      const again = await run({ 'bhavcopies.zip': zip });
      expect(again).toMatchObject({ stored: 0, manifestHash: report.manifestHash });
    },
  );
});
