import { beforeEach, describe, expect, it } from 'vitest';
import { toEpochDay } from '@aion/core';
import { makeFixturePorts, type FixturePorts } from '../../test/fixture-ports.ts';
import { toBarTable, toIntradayTable, type DailyBars } from '../bars.ts';
import { loadCalendar } from '../calendar.ts';
import { readManifest } from '../lake/manifest.ts';
import { readDaily, readIntraday } from '../lake/read.ts';
import { listQuarantine, readQuarantine } from '../quarantine/quarantine.ts';
import { releaseRow } from '../quarantine/release-row.ts';
import { importFiles } from './import-files.ts';
import { ingestTable } from './ingest-table.ts';

let ports: FixturePorts;
beforeEach(() => void (ports = makeFixturePorts()));

type Row = readonly [date: string, open: number, high: number, low: number, close: number, volume: number];
const bars = (symbol: string, rows: readonly Row[]): DailyBars => {
  const column = (at: number): Float64Array => Float64Array.from(rows, (row) => row[at] as number);
  return {
    symbol,
    sessionDay: Int32Array.from(rows, ([date]) => toEpochDay(date)),
    ...{ open: column(1), high: column(2), low: column(3), close: column(4), volumeShares: column(5) },
  };
};
const daily = (table: DailyBars[], source = 'alpaca') =>
  ingestTable(ports, { market: 'NSE', name: `${source} bars`, table: toBarTable(table), barMinutes: null, source });
const stored = async () => readDaily(ports, await readManifest(ports, 'NSE', 'daily'), {});

const GOOD: readonly Row[] = [
  ['2024-03-14', 10, 11, 9, 10.5, 100],
  ['2024-03-15', 10.5, 12, 10, 11.25, 200],
];

describe('bars that come as values', () => {
  it('are stored as the same bars of a file would be, to the last bit and under the same hash of content', async () => {
    const report = await daily([bars('ALPHA', GOOD), bars('BETA', GOOD)]);
    expect(report).toMatchObject({ status: 'imported', rows: 4, stored: 4, duplicates: 0, quarantined: {} });
    const text = ['ALPHA', 'BETA'].flatMap((symbol) => GOOD.map((row) => [symbol, ...row].join(',')));
    const other = makeFixturePorts();
    const csv = ['symbol,date,open,high,low,close,volume', ...text].join('\n');
    await importFiles(other, [{ name: 'x.csv', read: async () => new TextEncoder().encode(`${csv}\n`) }], {
      source: 'alpaca',
    });
    const read = await readDaily(other, await readManifest(other, 'NSE', 'daily'), {});
    expect(await stored()).toEqual(read);
    expect(await daily([bars('ALPHA', GOOD)])).toMatchObject({ stored: 0, duplicates: 2 });
  });

  it('meet INGEST’s checks: rows that are no bars are set aside with their reason, and can be released', async () => {
    const report = await daily([
      bars('ALPHA', [
        ...GOOD,
        ['2024-03-18', 10, 9, 8, 10, 1],
        ['2024-03-17', 10, 11, 9, 10, 1],
        ['2024-03-19', 10, 11, 9, 10, -1],
      ]),
    ]);
    expect(report).toMatchObject({
      rows: 5,
      stored: 2,
      quarantined: { ohlc_order: 1, no_session: 1, volume_range: 1 },
    });
    const [entry] = (await listQuarantine(ports, 'NSE', { limit: 5 })).entries;
    const rows = await readQuarantine(ports, entry!);
    expect(rows.map(({ code, row }) => [code, row])).toEqual([
      ['ohlc_order', 'ALPHA,2024-03-18,10,9,8,10,1'],
      ['no_session', 'ALPHA,2024-03-17,10,11,9,10,1'],
      ['volume_range', 'ALPHA,2024-03-19,10,11,9,10,-1'],
    ]);
    const asked = { id: entry!.id, file: entry!.file, line: rows[0]!.line, by: 'a', why: 'the high was cut' };
    await releaseRow(ports, 'NSE', asked, { high: '10.5' });
    expect([...(await stored()).get('ALPHA')!.high]).toEqual([11, 12, 10.5]);
  });

  it('of which nothing can be used are refused with a reason, and nothing is stored or begun', async () => {
    const broken = await daily([bars('ALPHA', [['2024-03-18', 0, 0, 0, 0, 0]])]);
    expect(broken).toMatchObject({ status: 'refused', code: 'nothing_usable', stored: 0 });
    const outside = await daily([bars('ALPHA', [['1901-01-02', 10, 11, 9, 10, 1]])]);
    expect(outside).toMatchObject({ status: 'refused', code: 'outside_calendar' });
    expect((await stored()).size).toBe(0);
  });

  it('give way to the exchange’s own and not to others, as their source says', async () => {
    await daily([bars('ALPHA', GOOD)]);
    const changed: readonly Row[] = [['2024-03-14', 10, 11, 9, 10.75, 100]];
    expect(await daily([bars('ALPHA', changed)], 'yahoo')).toMatchObject({ stored: 0, quarantined: { conflict: 1 } });
    expect(await daily([bars('ALPHA', changed)], 'nse_bhavcopy')).toMatchObject({ stored: 1, replaced: 1 });
    expect([...(await stored()).get('ALPHA')!.close]).toEqual([10.75, 11.25]);
  });

  it('of minutes are stored at their minutes, and refused off the session’s grid', async () => {
    const calendar = loadCalendar('NSE');
    const at = (times: readonly string[]) =>
      toIntradayTable(
        [
          {
            symbol: 'ALPHA',
            openTimeMs: Float64Array.from(times, (time) => Date.parse(`2024-03-15T${time}+05:30`)),
            ...Object.fromEntries(
              ['open', 'high', 'low', 'close', 'volumeShares'].map((name) => [
                name,
                new Float64Array(times.length).fill(10),
              ]),
            ),
          } as never,
        ],
        calendar,
      );
    const ask = (times: readonly string[]) =>
      ingestTable(ports, { market: 'NSE', name: 'minutes', table: at(times), barMinutes: 5, source: 'kite' });
    expect(await ask(['09:15:00', '09:20:00', '15:25:00'])).toMatchObject({ status: 'imported', stored: 3 });
    const read = (await readIntraday(ports, await readManifest(ports, 'NSE', 'five-minute'), {})).get('ALPHA')!;
    expect(Array.from(read.openTimeMs, (ms) => new Date(ms).toISOString().slice(11, 16))).toEqual([
      '03:45',
      '03:50',
      '09:55',
    ]);
    expect(await ask(['09:17:00', '09:22:00', '09:27:00'])).toMatchObject({ status: 'refused', code: 'off_grid' });
  });
});
