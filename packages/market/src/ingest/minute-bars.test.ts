import { type Exchange } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { fileOf, type FixturePorts, makeFixturePorts } from '../../test/fixture-ports.ts';
import { hasRealData, realFile } from '../../test/real-data.ts';
import { loadCalendar } from '../calendar.ts';
import { readManifest } from '../lake/manifest.ts';
import { loadOrigin } from '../lake/origins.ts';
import { readDaily, readIntraday, readTable } from '../lake/read.ts';
import { dailyFromMinutes, storeDailyFromMinutes } from './daily-from-minutes.ts';
import { importFiles } from './import-files.ts';

const HEADER = 'symbol,datetime,open,high,low,close,volume';
const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
/** A session of one-minute bars: prices rise by one a minute from 100. */
function session(symbol: string, date: string, from = 555, to = 930): string[] {
  return Array.from({ length: to - from }, (_, i) => {
    const price = 100 + i;
    return `${symbol},${date} ${clockOf(from + i)},${price},${price + 2},${price - 2},${price + 1},10`;
  });
}
const csv = (lines: readonly string[], header = HEADER): string => `${header}\n${lines.join('\n')}\n`;
const importOne = (ports: FixturePorts, text: string, market: Exchange = 'NSE') =>
  importFiles(ports, [fileOf('bars.csv', text)], { market });

describe('bars of minutes', () => {
  it('are a series of their own, in months, apart from those of five minutes and of hours', async () => {
    const ports = makeFixturePorts();
    await importOne(ports, csv([...session('ABC', '2024-10-30'), ...session('ABC', '2024-11-04')]));
    const manifest = await readManifest(ports, 'NSE', 'minute');
    expect(manifest.objects.map(({ partition, rows }) => [partition, rows])).toEqual([
      ['2024-10', 375],
      ['2024-11', 375],
    ]);
    expect(manifest.objects[0]!.key).toMatch(/^lake\/bars\/market=NSE\/tf=1m\/year=2024\/month=10\//);
    const bars = (await readIntraday(ports, manifest)).get('ABC')!;
    expect(bars).toMatchObject({ barMinutes: 1 });
    expect(bars.openTimeMs[0]).toBe(Date.parse('2024-10-30T09:15:00+05:30'));
    const fives = Array.from({ length: 75 }, (_, i) => `ABC,2024-10-30 ${clockOf(555 + 5 * i)},1,1,1,1,1`);
    await importOne(ports, csv(fives));
    expect((await readManifest(ports, 'NSE', 'five-minute')).symbols).toEqual(['ABC']);
    expect((await readManifest(ports, 'NSE', 'hourly')).version).toBe(0);
  });

  it('of the US stand in New York time, on both sides of a change of clocks', async () => {
    const ports = makeFixturePorts();
    const lines = [...session('SPY', '2024-03-08', 570, 960), ...session('SPY', '2024-03-11', 570, 960)];
    expect(await importOne(ports, csv(lines), 'US')).toMatchObject({ stored: 780 });
    const bars = (await readIntraday(ports, await readManifest(ports, 'US', 'minute'))).get('SPY')!;
    expect([bars.openTimeMs[0], bars.openTimeMs[390]]).toEqual([
      Date.parse('2024-03-08T09:30:00-05:00'),
      Date.parse('2024-03-11T09:30:00-04:00'),
    ]);
    expect((await readManifest(ports, 'NSE', 'minute')).version).toBe(0);
  });

  it('that are stamped when they end are stored by when they opened, and the report says so', async () => {
    const ports = makeFixturePorts();
    const late = session('ABC', '2024-10-30', 556, 931);
    const report = await importOne(ports, csv(late));
    expect(report.files[0]).toMatchObject({ stored: 375, why: expect.stringContaining('stamped when they end') });
    const table = await readTable(ports, await readManifest(ports, 'NSE', 'minute'));
    expect([table.openMinute![0], table.openMinute!.at(-1)]).toEqual([555, 929]);
  });

  it('with an opening bar and one at the close stay as they are, and the one at the close is set aside', async () => {
    const report = await importOne(makeFixturePorts(), csv(session('ABC', '2024-10-30', 555, 931)));
    expect(report).toMatchObject({ stored: 375, quarantined: { no_session: 1 } });
  });
});

describe('daily bars made of minutes', () => {
  it('have the first open, the highest high, the lowest low, the last close and all the volume', async () => {
    const ports = makeFixturePorts();
    await importOne(ports, csv(session('ABC', '2024-10-30')));
    const minutes = await readTable(ports, await readManifest(ports, 'NSE', 'minute'));
    const { table, incomplete } = dailyFromMinutes(minutes, 1, loadCalendar('NSE'));
    expect(incomplete).toBe(0);
    expect([table.open[0], table.high[0], table.low[0], table.close[0], table.volumeShares[0]]).toEqual([
      100, 476, 98, 475, 3750,
    ]);
  });

  it('are stored only where no daily bar is, keep the exchange’s own, and say that they were derived', async () => {
    const ports = makeFixturePorts();
    await importOne(ports, csv([...session('ABC', '2024-10-30'), ...session('ABC', '2024-10-31')]));
    await importOne(ports, csv(['ABC,2024-10-30,1,2,1,2,7'], 'symbol,date,open,high,low,close,volume'));
    const nowMs = ports.clock.nowMs();
    const dry = await storeDailyFromMinutes(ports, 'NSE', 'minute', { nowMs, dryRun: true });
    expect(dry).toMatchObject({ made: 2, stored: 0, kept: 0, incomplete: 0 });
    expect(await storeDailyFromMinutes(ports, 'NSE', 'minute', { nowMs })).toMatchObject({ stored: 1, kept: 1 });
    const manifest = await readManifest(ports, 'NSE');
    expect([...(await readDaily(ports, manifest)).get('ABC')!.close]).toEqual([2, 475]);
    const { provenance } = await readTable(ports, manifest, { provenance: true });
    const sources = await Promise.all(provenance!.ids.map((id) => loadOrigin(ports.items, 'NSE', id)));
    expect(Array.from(provenance!.index, (index) => sources[index]!.source)).toEqual(['upload', 'derived:minute']);
    expect(await storeDailyFromMinutes(ports, 'NSE', 'minute', { nowMs })).toMatchObject({ stored: 0, kept: 2 });
  });

  it.each([
    ['the first 37 minutes', 555 + 37, 930, { coverage: 0, opening: 1, closing: 0 }],
    ['the first five minutes', 560, 930, { coverage: 0, opening: 1, closing: 0 }],
    ['the last five minutes', 555, 925, { coverage: 0, opening: 0, closing: 1 }],
    ['the first hour', 615, 930, { coverage: 1, opening: 0, closing: 0 }],
  ])('are not made of a session without %s, and the reason is counted', async (_, from, to, leftOut) => {
    const ports = makeFixturePorts();
    await importOne(ports, csv([...session('ABC', '2024-10-30', from, to), ...session('XYZ', '2024-10-30', 559, 926)]));
    const nowMs = ports.clock.nowMs();
    expect(await storeDailyFromMinutes(ports, 'NSE', 'minute', { nowMs })).toMatchObject({
      made: 1,
      incomplete: 1,
      leftOut,
    });
    expect((await readManifest(ports, 'NSE')).symbols).toEqual(['XYZ']);
  });

  it('are made of hours, the last of which is short', async () => {
    const ports = makeFixturePorts();
    const hours = [555, 615, 675, 735, 795, 855, 915].map((minute) => `ABC,2024-10-30 ${clockOf(minute)},1,2,1,2,7`);
    await importOne(ports, csv(hours));
    const nowMs = ports.clock.nowMs();
    expect(await storeDailyFromMinutes(ports, 'NSE', 'hourly', { nowMs })).toMatchObject({ stored: 1, incomplete: 0 });
  });

  it('are not made of a session that lacks a tenth of its bars, nor of one that goes on', async () => {
    const ports = makeFixturePorts('2024-10-31T06:00:00Z');
    await importOne(ports, csv([...session('ABC', '2024-10-30', 555, 885), ...session('ABC', '2024-10-31', 555, 690)]));
    const { nowMs } = { nowMs: ports.clock.nowMs() };
    expect(await storeDailyFromMinutes(ports, 'NSE', 'minute', { nowMs })).toMatchObject({ made: 0, incomplete: 1 });
  });
});

describe.skipIf(!hasRealData)('real bars of minutes', () => {
  it('of NSE and of the US go in; those stamped at the end come out from 09:15 to 15:29', async () => {
    const ports = makeFixturePorts();
    const nse = ['nse_intraday_5m_RELIANCE_2025.csv.gz', 'nifty_1m_2015_2016.csv.gz'];
    const report = await importFiles(
      ports,
      nse.map((name) => fileOf(name, realFile(name))),
    );
    expect(report.refused + report.ignored).toBe(0);
    const index = await readTable(ports, await readManifest(ports, 'NSE', 'index-minute'));
    const minutes = new Set(index.openMinute);
    expect([Math.min(...minutes), Math.max(...minutes)]).toEqual([555, 929]);
    const us = await importFiles(ports, [fileOf('us_1m.csv.gz', realFile('us_intraday_1m_2019_2020.csv.gz'))], {
      market: 'US',
    });
    expect(us.files[0]).toMatchObject({ status: 'imported', rows: 103_489 });
    expect(us.stored).toBeGreaterThan(100_000);
  });
});
