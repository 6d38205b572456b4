import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { newFolder, removeFolders, runCli, type CliResult } from './embedded-home.ts';

/** Small inputs that went wrong elsewhere, beside the project; what each must give is in their README. */
const CASES = process.env['AION_TEST_CASES'] ?? resolve(import.meta.dirname, '../../shared/cases');
const there = existsSync(join(CASES, 'README.md'));
if (!there)
  process.stderr.write('the cases were not found: set AION_TEST_CASES to their folder; their tests are skipped\n');
afterAll(removeFolders);

const fileOf = (name: string): string => join(CASES, name);
const importInto = (home: string, name: string, ...options: string[]): Promise<CliResult> =>
  runCli(home, ['import', fileOf(name), ...options, '--json']);
interface Imported {
  readonly stored: number;
  readonly files: readonly { readonly status: string; readonly code?: string; readonly why?: string }[];
}

async function featuresOf(
  name: string,
  columns: string,
): Promise<{ code: number | null; rows: string[][]; stderr: string }> {
  const out = join(newFolder('case'), 'out.csv');
  const { code, stderr } = await runCli(newFolder('case-home'), [
    'features',
    ...['--input', fileOf(name), '--columns', columns, '--out', out],
  ]);
  const text = existsSync(out) ? readFileSync(out, 'utf8').trim() : '';
  return { code, stderr, rows: text === '' ? [] : text.split('\n').map((line) => line.split(',')) };
}

describe.skipIf(!there)('the cases of real reports', () => {
  it('a bhavcopy of before July 2011 is stored', async () => {
    const result = await importInto(newFolder('case'), 'cm03JAN2005bhav_11-columns-pre-2011.csv');
    expect([result.code, result.json<Imported>().stored]).toEqual([0, 3]);
  });

  it('of two series in one file the shares are computed alone', async () => {
    const { rows } = await featuresOf('jugaad-style_EQ-and-N3-rows-of-one-symbol.csv', 'sma10');
    const at = rows[0]!.indexOf('sma10');
    const text = readFileSync(fileOf('jugaad-style_EQ-and-N3-rows-of-one-symbol.csv'), 'utf8');
    const closes = text.split('\n').map((line) => line.split(','));
    const oldest = closes.filter((row) => row[1] === 'EQ').slice(0, 10);
    const mean = oldest.reduce((sum, row) => sum + Number(row[5]), 0) / 10;
    const first = rows.slice(1).find((row) => row[at] !== '')!;
    expect(Number(first[at])).toBeCloseTo(mean, 6);
    // A bond's row has no value beside a share's.
    for (const row of rows.slice(1).filter((cells) => cells.includes('N3'))) expect(row[at]).toBe('');
  });

  it('rows with the newest first are taken in the order of their dates, which are in the output', async () => {
    const { code, rows } = await featuresOf('newest-first_Trade-Date-header.csv', 'sma10');
    expect(code).toBe(0);
    const text = readFileSync(fileOf('newest-first_Trade-Date-header.csv'), 'utf8')
      .replace(/^\uFEFF/, '')
      .trim();
    const given = text.split('\n').map((line) => line.trim().split(','));
    const close = given[0]!.findIndex((name) => /close/i.test(name));
    expect(rows[0]).toContain(given[0]![0]);
    // The last row of the file is its oldest day: the ten rows at the end are the first window.
    const oldest = given.slice(-10);
    const mean = oldest.reduce((sum, row) => sum + Number(row[close]), 0) / 10;
    const at = rows[0]!.indexOf('sma10');
    const key = oldest[0]![0]!;
    expect(Number(rows.find((row) => row[0] === key)![at])).toBeCloseTo(mean, 6);
    expect(rows.filter((row) => row[at] === '')).toHaveLength(9);
  });

  it('two actions of one day both count, or are asked about', async () => {
    const home = newFolder('case');
    const report = await importInto(home, 'actions-bars.csv', '--actions', fileOf('actions_same-day-pairs.csv'));
    expect(report.code).toBe(0);
    const { actions } = (await runCli(home, ['actions', 'list', '--json'])).json<{
      actions: { symbol: string; kind: string; value: number }[];
    }>();
    const valuesOf = (symbol: string): string[] =>
      actions
        .filter((action) => action.symbol === symbol)
        .map(({ kind, value }) => `${kind} ${value}`)
        .sort();
    expect(valuesOf('TWODIVS')).toEqual(['dividend 50']);
    expect(valuesOf('SPLBONUS')).toEqual(['bonus 2', 'split 2']);
    expect(report.json<{ quarantined: Record<string, number> }>().quarantined).toEqual({ repeated_action: 2 });
  });

  it('minutes on the clock of UTC are refused whole; with their offset they are stored', async () => {
    const naive = await importInto(newFolder('case'), 'intraday_NSE-1min_naive-UTC.csv');
    expect([naive.code, naive.json<Imported>().files[0]!.code]).toEqual([2, 'shifted_clock']);
    const offset = await importInto(newFolder('case'), 'intraday_NSE-1min_plus0530.csv');
    expect([offset.code, offset.json<Imported>().stored]).toEqual([0, 375]);
  });

  it.each([
    ['intraday_NSE-2026-08-03-closing-auction.csv', 1097, 3],
    ['intraday_NSE-special-sessions.csv', 1290, 5],
  ])('%s is stored whole and makes its days', async (name, rows, days) => {
    const home = newFolder('case');
    expect((await importInto(home, name)).json<Imported>().stored).toBe(rows);
    const made = await runCli(home, ['lake', 'daily-from-minutes', '--json']);
    expect(made.json()).toMatchObject({ made: days, stored: days, incomplete: 0 });
    if (!name.includes('auction')) return;
    const bars = (await runCli(home, ['bars', '--symbol', 'FNOSTOCK', '--json'])).stdout;
    expect(bars).toContain('710');
  });

  it('twelve digits are a time of 2024', async () => {
    const { code, rows } = await featuresOf('intraday_YYYYMMDDHHMM-12-digits.csv', 'day_of_week');
    // 15 January 2024 was a Monday.
    expect([code, rows[1]![0], Number(rows[1]!.at(-1))]).toEqual([0, '202401150915', 0]);
  });

  it.each(['excel_two-digit-year.csv', 'plain_thousands-quoted.csv'])(
    '%s is read alike, or refused alike',
    async (name) => {
      const [computed, imported] = [await featuresOf(name, 'sma10'), await importInto(newFolder('case'), name)];
      expect([computed.code === 0, imported.code === 0]).toEqual(
        name.startsWith('excel') ? [false, false] : [true, true],
      );
    },
  );

  it('a price that stands still is not oversold, and no candidate', async () => {
    const home = newFolder('case');
    await importInto(home, 'liquid-fund-flat-at-1000.csv');
    const scan = await runCli(home, ['scan', '--scan', 'rsi-oversold', '--json']);
    expect([scan.code, scan.stdout.includes('LIQUIDFLAT')]).toEqual([0, false]);
    const run = await runCli(home, ['daily', '--json'], {
      AION_GATES: JSON.stringify({ minHistorySessions: 100 }),
    });
    expect([run.code, run.stderr]).toEqual([0, expect.anything()]);
    expect((await runCli(home, ['signals', '--json'])).stdout).not.toContain('LIQUIDFLAT');
  });

  it('.NS and -EQ are the same share, .BO is another exchange', async () => {
    const home = newFolder('case');
    const result = await importInto(home, 'plain-daily_RELIANCE-and-RELIANCE.NS-suffix.csv');
    expect(result.json()).toMatchObject({ stored: 3, duplicates: 3, symbols: 1, quarantined: { other_exchange: 1 } });
    expect(result.json<Imported>().files[0]!.why).toMatch(/RELIANCE\.NS as RELIANCE/);
  });

  it('the 4th of July is a finding in the US', async () => {
    const found = await runCli(newFolder('case'), [
      'quality',
      fileOf('quality-market-US_4-July-is-a-holiday.csv'),
      '--market',
      'US',
    ]);
    expect(found.stdout).toMatch(/2024-07-04/);
  });
});
