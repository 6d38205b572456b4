import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newFolder, removeFolders } from '../../../../test/embedded-home.ts';
import { outcomeHere, printedHere, runHere, useHome } from '../../test/run-here.ts';
import { addImportCommand } from './import.ts';
import { addLakeCommands } from './lake.ts';

const home = newFolder('lake-cli');
const files = newFolder('lake-files');
const row = (symbol: string, date: string, close: number): string => `${symbol},${date},10,20,9,${close},1000`;
const HEADER = 'symbol,date,open,high,low,close,volume';
afterAll(() => {
  vi.unstubAllEnvs();
  removeFolders();
});

const lake = (...args: string[]) => outcomeHere([addLakeCommands], ['lake', ...args]);

beforeAll(async () => {
  useHome(home);
  mkdirSync(files, { recursive: true });
  const days = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05', '2024-01-08'];
  writeFileSync(join(files, 'a.csv'), [HEADER, ...days.map((day, i) => row('ALPHA', day, 10 + i)), ''].join('\n'));
  writeFileSync(join(files, 'b.csv'), `${HEADER}\n${row('BETA', '2024-01-09', 15)}\n`);
  for (const name of ['a.csv', 'b.csv']) await runHere([addImportCommand], ['import', join(files, name)]);
});

describe('aion lake', () => {
  it('says how the bars lie, joins them, and finds the lake whole', async () => {
    expect((await lake('status')).json).toMatchObject({
      series: [{ series: 'daily', objects: 2, rows: 7, partitions: [{ partition: '2024', deltas: 1 }] }],
    });
    const dry = await lake('compact', '--dry-run');
    expect(dry.json).toMatchObject({ dryRun: true, compacted: [{ partition: '2024', objectsBefore: 2 }] });
    expect((await lake('compact')).json).toMatchObject({ compacted: [{ objectsAfter: 1, rows: 7 }] });
    expect((await lake('verify')).json).toMatchObject({ ok: true, series: [{ objects: 1, rows: 7 }] });
    expect((await lake('sweep', '--dry-run')).json).toMatchObject({ series: [{ waiting: 2, removed: [] }] });
  });

  it('exports a symbol or a day, in columns that can be imported again, with where each bar came from', async () => {
    const csv = join(files, 'out.csv');
    expect((await lake('export', '--symbol', 'alpha', '--from', '2024-01-03', '--out', csv)).json).toMatchObject({
      rows: 4,
    });
    const lines = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe(`${HEADER},source`);
    expect(lines[1]).toMatch(/^ALPHA,2024-01-03,10,20,9,12,1000,[0-9a-f]{12}$/);
    expect((await lake('export', '--date', '2024-01-09', '--out', join(files, 'day.parquet'))).json).toMatchObject({
      rows: 1,
    });
    const origin = await lake('origin', '--symbol', 'BETA', '--date', '2024-01-09');
    expect(origin.json).toMatchObject({ origins: [{ source: 'upload', name: 'b.csv', bars: 1 }] });
    expect((await lake('export', '--symbol', 'GAMMA', '--out', csv)).code).toBe(3);
    expect((await lake('export', '--out', csv)).code).toBe(2);
  });

  it('refuses by name a place where no file can come to lie', async () => {
    mkdirSync(join(files, 'folder.csv'));
    for (const [out, message] of [
      [join(files, 'none', 'x.csv'), /there is no folder .*none; make it first/],
      [join(files, 'a.csv', 'x.csv'), /there is no folder .*a\.csv/],
      [join(files, 'folder.csv'), /is a folder; give the name of a file/],
    ] as const) {
      const { code, json } = await lake('export', '--symbol', 'ALPHA', '--out', out);
      expect([code, json]).toEqual([2, { error: expect.stringMatching(message) }]);
    }
  });

  it('says that no bars are stored yet where there are none', async () => {
    for (const command of ['status', 'verify', 'sweep']) {
      const text = await printedHere([addLakeCommands], ['lake', command, '--market', 'US']);
      expect(text).toMatch(/^no US bars are stored yet; `aion import`/);
    }
  });

  it('answers a SELECT and nothing else', async () => {
    const answer = await lake('query', 'SELECT symbol, count(*) AS n FROM daily GROUP BY 1 ORDER BY 1');
    expect(answer.json).toMatchObject({
      columns: ['symbol', 'n'],
      rows: [
        ['ALPHA', '6'],
        ['BETA', '1'],
      ],
    });
    expect((await lake('query', 'DROP VIEW daily')).code).toBe(2);
  });

  it('archives a year, names it to who asks for it, brings it back, and finds a damaged object', async () => {
    expect((await lake('archive', '--older-than', '1')).json).toMatchObject({
      moved: [{ partition: '2024', rows: 7 }],
    });
    const refused = await lake('export', '--symbol', 'ALPHA', '--out', join(files, 'x.csv'));
    expect(refused.code).toBe(3);
    expect(JSON.stringify(refused.json)).toMatch(/bars of 2024 are archived; bring them back with/);
    expect((await lake('restore')).json).toMatchObject({ moved: [{ partition: '2024' }] });
    expect((await lake('export', '--symbol', 'ALPHA', '--out', join(files, 'x.csv'))).code).toBe(0);
    const year = join(home, 'objects/lake/bars/market=NSE/tf=1d/year=2024');
    for (const name of readdirSync(year)) writeFileSync(join(year, name), 'damaged');
    expect(await lake('verify')).toMatchObject({ code: 5, json: { ok: false } });
  });
});
