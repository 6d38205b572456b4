import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { expect, it } from 'vitest';
import type { BarColumns } from '@aion/features';
import { compareAll } from '../packages/features/test/smart-money-oracle.ts';

const data = process.env['AION_TEST_DATA'] ?? fileURLToPath(new URL('../../shared/data', import.meta.url));
const BARS = join(data, 'nse_daily_raw.csv.gz');
const SYMBOLS = ['RELIANCE', 'INFY', 'TATASTEEL', 'ITC', 'SBIN', 'MARUTI'];

/** Daily bars of the wanted symbols, in the file's order of days. */
async function readBars(): Promise<Map<string, BarColumns>> {
  const rows = new Map<string, number[][]>(SYMBOLS.map((symbol) => [symbol, []]));
  let header: string[] = [];
  for await (const line of createInterface({ input: createReadStream(BARS).pipe(createGunzip()) })) {
    const fields = line.split(',');
    if (header.length === 0) {
      header = fields.map((name) => name.toLowerCase());
      continue;
    }
    const of = (name: string): string => fields[header.indexOf(name)]!;
    rows
      .get(of('symbol'))
      ?.push([Date.parse(of('date')), ...['open', 'high', 'low', 'close', 'volume'].map((name) => Number(of(name)))]);
  }
  return new Map(
    [...rows].map(([symbol, bars]) => {
      bars.sort((a, b) => a[0]! - b[0]!);
      const column = (place: number): Float64Array => Float64Array.from(bars, (bar) => bar[place]!);
      return [symbol, { open: column(1), high: column(2), low: column(3), close: column(4), volumeShares: column(5) }];
    }),
  );
}

it.skipIf(!existsSync(BARS))('smart money of real shares is that of brute force', async () => {
  const read = await readBars();
  for (const [symbol, bars] of read) expect(bars.close.length, symbol).toBeGreaterThan(1000);
  const sum = compareAll([...read.values()]);
  expect(sum.breaks).toBeGreaterThan(500);
  expect(sum.shifts).toBeGreaterThan(20);
  expect(sum.levels).toBeGreaterThan(1000);
});
