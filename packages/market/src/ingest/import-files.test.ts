import { describe, expect, it } from 'vitest';
import { type FixturePorts, fileOf, makeFixturePorts } from '../../test/fixture-ports.ts';
import { readDaily, readIntraday } from '../lake/read.ts';
import { readManifest } from '../lake/manifest.ts';
import { loadActions } from '../actions/index.ts';
import { loadInstruments } from '../instruments.ts';
import { listQuarantine, readQuarantine } from '../quarantine/index.ts';
import { UnpackRefusal } from '../unpack.ts';
import { type ImportOptions, importFiles } from './import-files.ts';
import type { ImportReport } from './report.ts';

const DAILY = 'symbol,date,open,high,low,close,volume';
const GOOD = ['ABC,2024-10-24,10,12,9,11,100', 'ABC,2024-10-25,11,12,10,12,200', 'XYZ,2024-10-25,5,6,4,5.5,50'];
const daily = (...rows: string[]): string => `${DAILY}\n${rows.join('\n')}\n`;
const cm = (...rows: string[]): string =>
  `SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,\n${rows.join('\n')}\n`;
const cmRow = (symbol: string, date: string, series = 'EQ'): string =>
  `${symbol},${series},59,61.75,57,57.7,58,58.3,341033,20320653.6,${date},2506,INE144J01027,`;

async function run(
  files: Record<string, string | Uint8Array>,
  ports: FixturePorts = makeFixturePorts(),
  options: ImportOptions = {},
): Promise<ImportReport> {
  return importFiles(
    ports,
    Object.entries(files).map(([name, content]) => fileOf(name, content)),
    options,
  );
}

async function storedRows(ports: FixturePorts): Promise<string[]> {
  const bars = await readDaily(ports, await readManifest(ports, 'NSE'));
  return [...bars.values()].flatMap((one) =>
    Array.from(one.sessionDay, (day, i) => `${one.symbol} ${day} ${one.close[i]}`),
  );
}

describe('importFiles', () => {
  it('stores good rows and sets bad ones aside with file, line, field, value, reason and what to do', async () => {
    const planted: readonly [string, string][] = [
      ['columns', 'ABC,2024-10-23,10,12,9,11'],
      ['symbol', 'a bc,2024-10-23,10,12,9,11,100'],
      ['date', 'ABC,2024-13-23,10,12,9,11,100'],
      ['number', 'ABC,2024-10-23,10,12,nine,11,100'],
      ['price_range', 'ABC,2024-10-22,10,12,-9,11,100'],
      ['price_range', 'ABC,2024-10-21,0,12,9,11,100'],
      ['volume_range', 'ABC,2024-10-18,10,12,9,11,-100'],
      ['ohlc_order', 'ABC,2024-10-17,10,10.5,9,11,100'],
      ['ohlc_order', 'ABC,2024-10-16,10,12,10.5,11,100'],
      ['ohlc_order', 'ABC,2024-10-15,10,8,9,8.5,100'],
      ['future_date', 'ABC,2026-12-01,10,12,9,11,100'],
      ['no_session', 'ABC,2024-10-26,10,12,9,11,100'],
      ['no_session', 'ABC,2024-10-02,10,12,9,11,100'],
      ['duplicate_conflict', 'DEF,2024-10-24,10,12,9,11,100'],
      ['duplicate_conflict', 'DEF,2024-10-24,10,12,9,11,101'],
    ];
    const ports = makeFixturePorts();
    const report = await run({ 'a.csv': daily(...GOOD, ...planted.map(([, row]) => row)) }, ports);
    expect(await storedRows(ports)).toHaveLength(GOOD.length);
    expect(report).toMatchObject({ stored: 3, rows: 3 + planted.length, refused: 0 });

    const { entries } = await listQuarantine(ports, 'NSE', { limit: 10 });
    expect(entries).toMatchObject([{ file: 'a.csv', kind: 'rows', rows: planted.length }]);
    const kept = await readQuarantine(ports, entries[0]!);
    expect(kept.map(({ code, line }) => [code, line])).toEqual(planted.map(([code], i) => [code, i + 5]));
    for (const row of kept) {
      expect(row.file).toBe('a.csv');
      expect(row.message.length).toBeGreaterThan(20);
      if (row.code !== 'columns') expect(row.field).not.toBe('');
    }
    expect(entries[0]?.byCode).toMatchObject({ ohlc_order: 3, duplicate_conflict: 2 });
  });

  it('sets aside an unknown series and counts the known ones that are not used', async () => {
    const report = await run({
      'cm.csv': cm(cmRow('A', '01-DEC-2017'), cmRow('B', '01-DEC-2017', 'BE'), cmRow('C', '01-DEC-2017', '!!')),
    });
    expect(report).toMatchObject({ stored: 1, skippedBySeries: { BE: 1 }, quarantined: { unknown_series: 1 } });
  });

  it('refuses a structurally broken file as a whole, stores nothing of it, and goes on with the others', async () => {
    const zeros = new TextEncoder().encode(daily(...GOOD));
    zeros[60] = 0;
    const broken: Record<string, readonly [string, string | Uint8Array]> = {
      'binary.csv': ['binary', zeros],
      'empty.csv': ['empty', ''],
      'header-only.csv': ['empty', `${DAILY}\n`],
      'misheaded.csv': ['unknown_header', daily(...GOOD).replace('high', 'hihg')],
      'headless.csv': ['unknown_header', GOOD.join('\n')],
      'short-header.csv': ['unknown_header', cm(cmRow('A', '01-DEC-2017')).replace('SERIES,', '')],
      'adjusted.csv': ['adjusted', daily(...GOOD).replace('volume', 'volume,adj_close')],
      'cut.csv': ['truncated', daily(...GOOD, 'ABC,2024-10-28,10,12').trimEnd()],
      'mixed.csv': ['mixed_dates', cm(cmRow('A', '01-DEC-2017'), cmRow('B', '30-NOV-2017'))],
      'future.csv': ['future_file', cm(cmRow('A', '01-DEC-2026'))],
      'old.csv': ['outside_calendar', daily(...GOOD, 'ABC,1995-01-03,10,12,9,11,100')],
    };
    const ports = makeFixturePorts();
    const files = Object.fromEntries(Object.entries(broken).map(([name, [, content]]) => [name, content]));
    const report = await run({ ...files, 'good.csv': daily('QQQ,2024-10-24,1,1,1,1,1') }, ports);
    for (const [name, [code]] of Object.entries(broken)) {
      const file = report.files.find((entry) => entry.name === name);
      expect(file, name).toMatchObject({ status: 'refused', code, rows: 0, stored: 0 });
      expect(file?.why?.length, name).toBeGreaterThan(30);
    }
    expect(await storedRows(ports)).toEqual(['QQQ 20020 1']);
    const { entries } = await listQuarantine(ports, 'NSE', { limit: 50 });
    expect(entries.map(({ file }) => file).sort()).toEqual(Object.keys(broken).sort());
  });

  it('names the coverage when a file lies outside the calendar', async () => {
    const report = await run({ 'a.csv': daily('ABC,2028-01-04,10,12,9,11,100') });
    expect(report.files[0]?.why).toMatch(/2028-01-04, outside the NSE calendar, which covers 1996-01-01 to 2027-12-31/);
  });

  it('turns what the unpacker refuses, and a file that cannot be read, into a refused file', async () => {
    const ports = makeFixturePorts();
    const unpack = async (name: string, bytes: Uint8Array) => {
      if (name.startsWith('bomb')) throw new UnpackRefusal('bomb', `${name} unpacks to more than 100 times its size`);
      return [{ name, bytes }];
    };
    const unreadable = { name: 'gone.csv', read: () => Promise.reject(new Error('EACCES: permission denied')) };
    const report = await importFiles({ ...ports, unpack }, [
      fileOf('bomb.csv.gz', 'x'),
      unreadable,
      fileOf('ok.csv', daily(...GOOD)),
    ]);
    expect(report.files.map(({ status, code }) => [status, code])).toEqual([
      ['refused', 'bomb'],
      ['refused', 'unreadable'],
      ['imported', undefined],
    ]);
  });

  it('says of every file it leaves alone why', async () => {
    const report = await run({
      'notes.md': '# notes',
      'us_daily.csv.gz': daily(...GOOD),
      'three.csv':
        'symbol,datetime,open,high,low,close,volume\nABC,2024-10-24 09:15,1,1,1,1,1\nABC,2024-10-24 09:18,1,1,1,1,1\n',
      'macro.csv': 'series,date,value\nDGS2,2024-10-24,4\n',
    });
    expect(Object.fromEntries(report.files.map(({ name, status, why }) => [name, `${status}: ${why}`]))).toEqual({
      'notes.md': 'ignored: not a .csv, .csv.gz or .zip file',
      'us_daily.csv.gz': 'ignored: bars of the US market; this import is for NSE: import them for US',
      'three.csv': expect.stringMatching(
        /^refused: its bars lie 3 minutes apart; of intraday bars those of 1, 5 and 60 minutes are imported/,
      ),
      'macro.csv': 'ignored: economic series are not imported as bars',
    });
  });

  it('keeps index series apart from the instruments', async () => {
    const ports = makeFixturePorts();
    await run({ 'i.csv': daily('NIFTY50,2024-10-24,10,12,9,11,0', 'NIFTYBEES,2024-10-24,10,12,9,11,5') }, ports);
    expect((await readManifest(ports, 'NSE')).symbols).toEqual(['NIFTYBEES']);
    expect((await readManifest(ports, 'NSE', 'index')).symbols).toEqual(['NIFTY50']);
  });

  it('reads hourly bars in exchange time and sets aside those outside the session', async () => {
    const ports = makeFixturePorts();
    const rows = ['ABC,2024-10-24 09:15,1,2,1,2,5', 'ABC,2024-10-24 10:15,2,2,1,1,6', 'ABC,2024-10-24 16:15,1,1,1,1,1'];
    const report = await run({ 'h.csv': `symbol,datetime,open,high,low,close,volume\n${rows.join('\n')}\n` }, ports);
    expect(report).toMatchObject({ stored: 2, quarantined: { no_session: 1 } });
    const bars = (await readIntraday(ports, await readManifest(ports, 'NSE', 'hourly'))).get('ABC')!;
    expect([...bars.openTimeMs]).toEqual([Date.parse('2024-10-24T03:45:00Z'), Date.parse('2024-10-24T04:45:00Z')]);
    expect(bars.barMinutes).toBe(60);
  });

  it('changes nothing when the same files are imported again', async () => {
    const ports = makeFixturePorts();
    const files = {
      'a.csv': daily(...GOOD, 'ABC,2024-10-17,10,10.5,9,11,100'),
      'b.csv': 'symbol,ex_date,type,value\nABC,2024-10-25,split_or_bonus,2\nABC,2024-10-25,dividend,-1\n',
      'c.csv': 'Company Name,Industry,Symbol,Series,ISIN Code\nAbc Ltd.,Power,ABC,EQ,INE144J01027\n',
      'd.csv': 'nonsense\n1\n',
    };
    const first = await run(files, ports);
    const keys = [...ports.stored.keys()];
    const items = await ports.storedItems();
    const second = await run(files, ports);
    expect(second.manifestHash).toBe(first.manifestHash);
    expect(second).toMatchObject({ stored: 0, duplicates: first.stored, quarantined: first.quarantined });
    expect([...ports.stored.keys()]).toEqual(keys);
    expect(await ports.storedItems()).toEqual(items);
    expect(await loadActions(ports, 'NSE')).toEqual([
      { symbol: 'ABC', exDay: 20021, kind: 'split_or_bonus', value: 2 },
    ]);
    expect(await loadInstruments(ports, 'NSE')).toEqual([
      { symbol: 'ABC', series: 'EQ', isin: 'INE144J01027', name: 'Abc Ltd.', sector: 'Power' },
    ]);
  });

  it('gives the same lake whatever the order of files and rows', async () => {
    const a = daily(...GOOD);
    const shuffled = daily(...GOOD.toReversed());
    const b = daily('ABC,2024-10-25,11,12,10,11.5,200', 'ZZZ,2024-10-25,1,1,1,1,1');
    const [one, two] = [makeFixturePorts(), makeFixturePorts()];
    const first = await importFiles(one, [fileOf('a.csv', a), fileOf('b.csv', b)]);
    const second = await importFiles(two, [fileOf('b.csv', b), fileOf('a.csv', shuffled)]);
    expect(second.manifestHash).toBe(first.manifestHash);
    expect(first.quarantined).toEqual({ conflict: 1 });
    expect(await storedRows(two)).toEqual(await storedRows(one));
  });

  it('changes the manifest hash with one bar', async () => {
    const [one, two] = [makeFixturePorts(), makeFixturePorts()];
    const first = await run({ 'a.csv': daily(...GOOD) }, one);
    const second = await run({ 'a.csv': daily(...GOOD).replace('10,12,200', '10,11.95,200') }, two);
    expect(second.stored).toBe(first.stored);
    expect(second.manifestHash).not.toBe(first.manifestHash);
  });

  it('prefers the exchange file to a plain one and the stored bar to a later import, unless told to replace', async () => {
    const ports = makeFixturePorts();
    const plain = daily('20M,2017-12-01,59,61.75,57,58,341033');
    const both = await run({ 'a-plain.csv': plain, 'z-cm.csv': cm(cmRow('20M', '01-DEC-2017')) }, ports);
    expect(both.files.map(({ name, stored, quarantined }) => [name, stored, quarantined])).toEqual([
      ['a-plain.csv', 0, { conflict: 1 }],
      ['z-cm.csv', 1, {}],
    ]);
    const day = 17501;
    const again = await run({ 'a-plain.csv': plain }, ports);
    expect(again).toMatchObject({ stored: 0, quarantined: { conflict: 1 } });
    expect(await storedRows(ports)).toEqual([`20M ${day} 57.7`]);
    const replaced = await run({ 'a-plain.csv': plain }, ports, { replace: true });
    expect(replaced).toMatchObject({ stored: 1, quarantined: {} });
    expect(await storedRows(ports)).toEqual([`20M ${day} 58`]);
  });
});
