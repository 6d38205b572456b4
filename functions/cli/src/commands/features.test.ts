import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { outcomeHere, printedHere, runHere } from '../../test/run-here.ts';
import { addFeaturesCommand } from './features.ts';
import { addLookAheadCommand } from './look-ahead.ts';

const folder = mkdtempSync(join(tmpdir(), 'aion-features-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const adders = [addFeaturesCommand, addLookAheadCommand];
const input = join(folder, 'bars.csv.gz');
const rows = Array.from({ length: 40 }, (_, i) => {
  const price = 100 + 10 * Math.sin(i / 5);
  return `2026-0${1 + Math.floor(i / 20)}-${String(1 + (i % 20)).padStart(2, '0')},${price},${price + 2},${price - 2},${price + 1},1000`;
});
writeFileSync(input, gzipSync(`DATE,Open,HIGH,low,Close,Volume\n${rows.join('\n')}\n`));

describe('aion features', () => {
  it('writes one row for each row of a packed file, with empty cells, and says why they are empty', async () => {
    const out = join(folder, 'new', 'features.csv');
    const report = await runHere(adders, ['features', '--input', input, '--columns', 'rsi14,macd', '--out', out]);
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(41);
    expect(lines[0]).toBe('DATE,rsi14,macd,macd_signal,macd_hist');
    expect(lines[1]).toBe('2026-01-01,,,,');
    expect(Number(lines[40]!.split(',')[1])).toBeGreaterThan(0);
    expect(report).toMatchObject({
      rows: 40,
      columns: [{ name: 'rsi14', values: 26, empty: { short_history: 14 } }, {}, {}, {}],
    });
  });

  it('lists every column with range, warm-up and source', async () => {
    const { columns } = (await runHere(adders, ['features', '--list'])) as {
      columns: { name: string; range: (number | null)[]; warmUpBars: number; source: string }[];
    };
    expect(columns.length).toBeGreaterThan(180);
    expect(columns.find(({ name }) => name === 'rsi14')).toMatchObject({ range: [0, 100], warmUpBars: 15 });
    for (const { source, warmUpBars } of columns) {
      expect(source).not.toBe('');
      expect(warmUpBars).toBeGreaterThan(0);
    }
    expect(await printedHere(adders, ['features', '--list'])).toContain('0 … 100');
  });

  it('refuses by name what it cannot do', async () => {
    const out = join(folder, 'none.csv');
    const refusal = async (...args: string[]) => (await outcomeHere(adders, ['features', ...args])).json['error'];
    expect(await refusal()).toContain('give --input');
    expect(await refusal('--input', join(folder, 'no.csv'), '--out', out)).toContain('there is no file');
    expect(await refusal('--input', input, '--columns', 'rsi14,nonsense', '--out', out)).toContain('"nonsense"');
    expect(await refusal('--stored')).toContain('either --out');
    expect(await refusal('--stored', '--settled', '--out', out)).toContain('whole histories as stored');
    expect(await refusal('--stored', '--input', input, '--out', out)).toContain('leave out --input');
    expect(await refusal('--date', '2026-01-01', '--input', input, '--out', out)).toContain('add --stored');
  });

  it('refuses to write over its input or a folder, before it computes', async () => {
    const before = readFileSync(input);
    symlinkSync(input, join(folder, 'same.csv.gz'));
    for (const out of [input, join(folder, 'same.csv.gz')]) {
      const { code, json } = await outcomeHere(adders, ['features', '--input', input, '--out', out]);
      expect({ code, error: json['error'] }).toEqual({ code: 2, error: expect.stringContaining('the input itself') });
    }
    const { code, json } = await outcomeHere(adders, ['features', '--input', input, '--out', folder]);
    expect({ code, error: json['error'] }).toEqual({ code: 2, error: expect.stringContaining('is a folder') });
    expect(readFileSync(input).equals(before)).toBe(true);
  });

  it('fails behind the writing when more than half of the rows are no bar', async () => {
    const halves = (good: number, bad: number) => [
      ...rows.slice(0, good),
      ...rows.slice(0, bad).map((line) => line.replace(/^[^,]+/, 'soon')),
    ];
    const broken = join(folder, 'broken.csv');
    const outcome = (good: number, bad: number) => {
      writeFileSync(broken, `date,open,high,low,close,volume\n${halves(good, bad).join('\n')}\n`);
      return outcomeHere(adders, ['features', '--input', broken, '--columns', 'rsi14', '--out', `${broken}.out`]);
    };
    expect(await outcome(20, 20)).toMatchObject({ code: 0, json: { unusedRows: 20 } });
    expect(await outcome(20, 21)).toMatchObject({ code: 2, json: { rows: 41, unusedRows: 21 } });
    expect(readFileSync(`${broken}.out`, 'utf8').trimEnd().split('\n')).toHaveLength(42);
  });
});

describe('a file of broken bars', () => {
  const out = join(folder, 'broken-prices.out.csv');
  const outcome = (lines: readonly string[]) => {
    const broken = join(folder, 'broken-prices.csv');
    writeFileSync(broken, `date,open,high,low,close,volume\n${lines.join('\n')}\n`);
    return outcomeHere(adders, ['features', '--input', broken, '--columns', 'sma10', '--out', out]);
  };
  const brokenBy = (prices: string, count: number) =>
    rows.map((line, i) => (i < count ? `${line.split(',')[0]},${prices}` : line));

  it.each([
    ['x,y,z,w,v', 'open is "x", not a number'],
    ['-,-,-,-,-', 'open is missing'],
    ['0,0,0,0,0', 'open is 0, not above 0'],
    ['100,90,110,100,5', 'high 90 is below low 110'],
  ])('%s alone is refused with its first reason, and nothing is written', async (prices, reason) => {
    rmSync(out, { force: true });
    const { code, json } = await outcome(brokenBy(prices, 40));
    expect({ code, error: json['error'] }).toEqual({
      code: 2,
      error: expect.stringContaining(`none of the 40 rows is a bar`),
    });
    expect(json['error']).toContain(`first, line 2: ${reason}`);
    expect(existsSync(out)).toBe(false);
  });

  it('fails behind the writing when they are more than half', async () => {
    expect(await outcome(brokenBy('0,0,0,0,0', 20))).toMatchObject({ code: 0, json: { unusedRows: 20 } });
    expect(await outcome(brokenBy('0,0,0,0,0', 21))).toMatchObject({ code: 2, json: { unusedRows: 21 } });
    expect(readFileSync(out, 'utf8').trimEnd().split('\n')).toHaveLength(41);
  });
});

describe('aion lookahead', () => {
  it('counts what it compared and finds each planted leak', async () => {
    const args = ['lookahead', '--columns', 'rsi14,smc', '--timeframes', '1D,1W', '--bars', '40', '--prove'];
    const { code, json } = await outcomeHere(adders, args);
    expect({ code, error: json['error'] }).toEqual({ code: 0, error: undefined });
    // Forty bars of each timeframe, more where a feature had too few values among them; of these, those that have a value.
    expect(json).toMatchObject({ violations: 0, triples: 1070 });
    const planted = json['planted'] as { found: number }[];
    expect(planted).toHaveLength(4);
    for (const { found } of planted) expect(found).toBeGreaterThan(0);
  });

  it('refuses a timeframe that is none', async () => {
    expect((await outcomeHere(adders, ['lookahead', '--timeframes', '2D'])).json['error']).toContain('1M, 1W, 1D');
  });
});
