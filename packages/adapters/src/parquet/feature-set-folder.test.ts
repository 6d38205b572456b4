import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeRng } from '@aion/core';
import { simulateMarket, sliceDailyBars, symbolRuns, type DailyBars } from '@aion/market';
import { writeFeatureSet } from './feature-set.ts';

const root = mkdtempSync(join(tmpdir(), 'aion-feature-folder-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const market = simulateMarket({
  rng: makeRng('folder'),
  symbols: 70,
  sessions: 30,
  asOf: '2026-02-27',
  hourlySessions: 0,
});
const instruments = symbolRuns(market.daily).map(({ start, end }) => sliceDailyBars(market.daily, start, end));
const index = instruments[0]!;
const write = (folder: string, bars: readonly DailyBars[], columns: readonly string[]) =>
  writeFeatureSet({
    market: 'NSE',
    columns,
    actions: [],
    references: { market_hmm_calm: index, market_hmm_normal: index, market_hmm_volatile: index },
    folder: join(root, folder),
    instruments: bars,
    workers: 1,
  });
const filesOf = (folder: string) => readdirSync(join(root, folder)).sort();

describe('the folder of a set', () => {
  it('holds nothing of the set that was there before, also of one that broke off', async () => {
    await write('twice', instruments, ['sma5', 'market_hmm_calm']);
    expect(filesOf('twice')).toEqual([
      'features.json',
      'market.parquet',
      'part-00000.parquet',
      'part-00001.parquet',
      'part-00002.parquet',
    ]);
    writeFileSync(join(root, 'twice', 'part-00004.parquet.partial'), '');
    const second = await write('twice', instruments.slice(0, 40), ['sma5']);
    expect(filesOf('twice')).toEqual(['features.json', 'part-00000.parquet', 'part-00001.parquet']);
    expect(JSON.parse(readFileSync(join(root, 'twice', 'features.json'), 'utf8'))).toEqual(second);
  });

  it('has no index while files of two sets may stand in it', async () => {
    await write('broken', instruments, ['sma5']);
    const job = {
      market: 'NSE',
      columns: ['sma5'],
      actions: [],
      references: {},
      folder: join(root, 'broken'),
      instruments,
      workers: 1,
    } as const;
    const stop = () => {
      throw new Error('broken off');
    };
    await expect(writeFeatureSet({ ...job, onDone: stop })).rejects.toThrow('broken off');
    expect(filesOf('broken')).not.toContain('features.json');
    expect(filesOf('broken')).toContain('part-00002.parquet');
    await write('broken', instruments.slice(0, 2), ['sma5']);
    expect(filesOf('broken')).toEqual(['features.json', 'part-00000.parquet']);
  });

  it('is refused, untouched, when it holds anything else', async () => {
    await write('mixed', instruments.slice(0, 2), ['sma5']);
    const refusal = () => write('mixed', instruments.slice(0, 1), ['sma5']);
    writeFileSync(join(root, 'mixed', 'notes.txt'), 'mine');
    const before = readFileSync(join(root, 'mixed', 'features.json'));
    await expect(refusal()).rejects.toMatchObject({ code: 'bad_input', message: expect.stringContaining('notes.txt') });
    expect(readFileSync(join(root, 'mixed', 'features.json')).equals(before)).toBe(true);
    rmSync(join(root, 'mixed', 'notes.txt'));
    mkdirSync(join(root, 'mixed', 'part-00007.parquet'));
    await expect(refusal()).rejects.toThrow('part-00007.parquet');
    mkdirSync(join(root, 'others'));
    writeFileSync(join(root, 'others', 'part-00000.parquet'), 'of another program');
    await expect(write('others', instruments, ['sma5'])).rejects.toThrow('belongs to no set');
    expect(filesOf('others')).toEqual(['part-00000.parquet']);
    writeFileSync(join(root, 'file'), '');
    await expect(write('file', instruments, ['sma5'])).rejects.toMatchObject({ code: 'bad_input' });
  });
});
