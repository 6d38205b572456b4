import { beforeEach, describe, expect, it } from 'vitest';
import { importFiles, type ImportOptions } from '../ingest/import-files.ts';
import { readManifest } from '../lake/manifest.ts';
import { readDaily, readIntraday } from '../lake/read.ts';
import { makeFixturePorts, type FixturePorts } from '../../test/fixture-ports.ts';
import { listQuarantine, readQuarantine } from './quarantine.ts';
import { releaseRow } from './release-row.ts';

const HEADER = 'symbol,datetime,open,high,low,close,volume';
const STATED: ImportOptions = { barMinutes: 5, stamps: 'start' };
let ports: FixturePorts;
beforeEach(() => void (ports = makeFixturePorts()));

const file = (name: string, rows: readonly string[]) => ({
  name,
  read: async () => new TextEncoder().encode(`${[HEADER, ...rows].join('\n')}\n`),
});
const at = (time: string, close: number, low = 9): string => `ALPHA,2024-03-15 ${time},10,11,${low},${close},100`;
const onlyEntry = async () => (await listQuarantine(ports, 'NSE', { limit: 10 })).entries[0]!;
const stored = async (): Promise<[number, number][]> => {
  const bars = (await readIntraday(ports, await readManifest(ports, 'NSE', 'five-minute'), {})).get('ALPHA');
  return bars === undefined ? [] : Array.from(bars.openTimeMs, (ms, row) => [ms, bars.close[row]!]);
};
const review = { why: 'seen on the tape', by: 'a' };

describe('a single intraday row', () => {
  it('is released, corrected, at its own minute, as a bar of its file’s size', async () => {
    await importFiles(
      ports,
      [file('bars.csv', [at('09:15:00', 10.5), at('09:20:00', 10.6, 12), at('09:25:00', 10.7)])],
      STATED,
    );
    const entry = await onlyEntry();
    expect(await stored()).toHaveLength(2);
    const made = await releaseRow(ports, 'NSE', { ...review, id: entry.id, file: 'bars.csv', line: 3 }, { low: '10' });
    expect(made.stored).toBe('ALPHA,2024-03-15 09:20:00,10,11,10,10.6,100');
    expect((await stored()).map(([ms, close]) => [new Date(ms).toISOString(), close])).toEqual([
      ['2024-03-15T03:45:00.000Z', 10.5],
      ['2024-03-15T03:50:00.000Z', 10.6],
      ['2024-03-15T03:55:00.000Z', 10.7],
    ]);
  });

  it('that the store contradicts keeps its minute, and takes the bar’s place, never that of a day', async () => {
    await importFiles(ports, [file('first.csv', [at('09:15:00', 10.5), at('09:20:00', 10.6)])], STATED);
    await importFiles(ports, [file('second.csv', [at('09:15:00', 10.5), at('09:20:00', 10.9)])], STATED);
    const entry = await onlyEntry();
    const [row] = await readQuarantine(ports, entry);
    expect(row).toMatchObject({ code: 'conflict', row: 'ALPHA,2024-03-15 09:20,10,11,9,10.9,100' });
    const asked = { ...review, id: entry.id, file: 'second.csv', line: 3 };
    await expect(releaseRow(ports, 'NSE', asked)).rejects.toMatchObject({ code: 'conflict' });
    const made = await releaseRow(ports, 'NSE', { ...asked, replace: true });
    expect(made.replaced).toBe('ALPHA,2024-03-15 09:20,10,11,9,10.6,100');
    expect((await stored()).map(([, close]) => close)).toEqual([10.5, 10.9]);
    expect((await readDaily(ports, await readManifest(ports, 'NSE', 'daily'), {})).size).toBe(0);
  });

  it('that lost its time is not released as the bar of a day', async () => {
    await importFiles(ports, [file('bars.csv', [at('09:15:00', 10.5), 'ALPHA', at('09:25:00', 10.7)])], STATED);
    const entry = await onlyEntry();
    const asked = { ...review, id: entry.id, file: 'bars.csv', line: 3 };
    const prices = { open: '10', high: '11', low: '9', close: '10', volume: '5' };
    await expect(releaseRow(ports, 'NSE', asked, { ...prices, date: '2024-03-15' })).rejects.toThrow(
      /the row has no datetime/,
    );
    await releaseRow(ports, 'NSE', asked, { ...prices, datetime: '2024-03-15 09:20' });
    expect((await stored()).map(([, close]) => close)).toEqual([10.5, 10, 10.7]);
    expect((await readDaily(ports, await readManifest(ports, 'NSE', 'daily'), {})).size).toBe(0);
  });

  it('of an older quarantine, which did not keep the size, is not released as a bar of another', async () => {
    await importFiles(ports, [file('first.csv', [at('09:15:00', 10.5), at('09:20:00', 10.6)])], STATED);
    await importFiles(ports, [file('second.csv', [at('09:15:00', 10.5), at('09:20:00', 10.9)])], STATED);
    const entry = await onlyEntry();
    const key = { table: 'product', pk: 'QUARANTINE#NSE', sk: `${entry.id}#second.csv` } as const;
    const item = (await ports.items.get(key))!;
    const { intraday: _, ...older } = item.body;
    await ports.items.put({ ...item, body: older });
    const asked = { ...review, id: entry.id, file: 'second.csv', line: 3, replace: true };
    await expect(releaseRow(ports, 'NSE', asked)).rejects.toThrow(/import its session again/);
    expect((await readDaily(ports, await readManifest(ports, 'NSE', 'daily'), {})).size).toBe(0);
  });
});
