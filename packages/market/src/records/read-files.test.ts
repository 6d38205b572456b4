import { describe, expect, it } from 'vitest';
import { toIso } from '@aion/core';
import type { MacroObservation } from './record.ts';
import { readRecordFile } from './read-files.ts';

const NOW = Date.parse('2026-11-21T00:00:00Z');
const read = (text: string) => readRecordFile('a.csv', new TextEncoder().encode(text), NOW);

describe('readRecordFile', () => {
  it('assumes the delay of a release by the rhythm of the series, and says that it is assumed', () => {
    const months = Array.from({ length: 12 }, (_, i) => `CPI,2025-${String(i + 1).padStart(2, '0')}-01,${100 + i}`);
    const days = ['DGS10,2026-02-02,4.1', 'DGS10,2026-02-03,', 'DGS10,2026-02-04,4.3'];
    const { records, rejected, rows } = read(['series,date,value', ...months, ...days].join('\n'));
    expect([records.length, rejected.length, rows]).toEqual([15, 0, 15]);
    const of = (series: string, period: string) =>
      (records as MacroObservation[]).find((record) => record.series === series && record.period === period)!;
    expect(of('CPI', '2025-01-01')).toMatchObject({ vintage: 'assumed', value: 100 });
    expect(toIso(of('CPI', '2025-01-01').knownMs).slice(0, 10)).toBe('2025-03-22');
    expect(toIso(of('DGS10', '2026-02-04').knownMs).slice(0, 10)).toBe('2026-02-10');
    expect(of('DGS10', '2026-02-03').value).toBeNull();
  });

  it.each([
    // Rates of a Friday before a holiday come out on Tuesday; exchange rates of a Monday on the next one, or on Tuesday.
    ['DGS10', '2026-02-13', '2026-02-17T21:15:00Z', 1],
    ['DTWEXBGS', '2026-02-09', '2026-02-17T21:15:00Z', 1],
    ['DEXSZUS', '2026-02-09', '2026-02-17T21:15:00Z', 1],
    ['DEXINUS', '2026-02-09', '2026-02-17T21:15:00Z', 1],
    ['WALCL', '2025-12-24', '2025-12-26T21:30:00Z', 7],
    ['ICSA', '2025-11-15', '2025-11-20T13:30:00Z', 7],
    ['CPIAUCSL', '2013-09-01', '2013-10-30T12:30:00Z', 30],
    ['UNRATE', '2025-09-01', '2025-11-20T13:30:00Z', 30],
    ['PCEPI', '2025-10-01', '2026-01-22T15:00:00Z', 30],
    ['PERMIT', '2025-09-01', '2026-01-09T13:30:00Z', 30],
    ['M2SL', '2026-01-01', '2026-02-24T18:00:00Z', 30],
    ['GDPC1', '2025-07-01', '2025-12-23T13:30:00Z', 91],
    ['NEWDAILY', '2026-01-01', '2026-02-14T00:00:00Z', 1],
    ['NEWQUARTERLY', '2025-07-01', '2025-12-23T13:30:00Z', 91],
  ])('takes %s of %s for known only after its release at %s', (series, period, released, step) => {
    const before = toIso(Date.parse(period) - step * 86_400_000).slice(0, 10);
    const { records } = read(`series,date,value\n${series},${before},1\n${series},${period},2`);
    const { knownMs } = (records as MacroObservation[]).find((record) => record.period === period)!;
    expect(knownMs).toBeGreaterThan(Date.parse(released));
    expect(knownMs).toBeLessThan(Date.parse(released) + (step < 30 ? 9 : 46) * 86_400_000);
  });

  it('reads posts, commas and quotes in them included', () => {
    const { records } = read('symbol,datetime_utc,text\nAAPL,2014-01-02T15:04:05,"up, they say ""soon"""\n');
    expect(records).toMatchObject([
      { kind: 'social', symbols: ['AAPL'], text: 'up, they say "soon"', knownMs: Date.parse('2014-01-02T15:04:05Z') },
    ]);
  });

  it('reads dates and numbers as every file of the market may write them', () => {
    const { records, rejected } = read(
      ['series,date,value', 'M2,01/12/1959,286.6', 'M2,13/02/2025,"21,671.5"', 'M2, 27-Feb-2025 ,+1e3'].join('\n'),
    );
    expect(rejected).toEqual([]);
    expect((records as MacroObservation[]).map(({ period, value }) => [period, value])).toEqual([
      ['1959-12-01', 286.6],
      ['2025-02-13', 21_671.5],
      ['2025-02-27', 1000],
    ]);
    const posts = read('symbol,datetime_utc,text\nAAPL,2014-01-02T20:34:05+05:30,x\nAAPL,2014-01-02 15:04:05Z,y\n');
    expect(posts.records.map(({ knownMs }) => toIso(knownMs))).toEqual([
      '2014-01-02T15:04:05.000Z',
      '2014-01-02T15:04:05.000Z',
    ]);
  });

  it('takes instants of midnight for what they say, in posts, and none for a date, in series', () => {
    const posts = read('symbol,datetime_utc,text\nAAPL,2014-01-02T00:00:00Z,x\nAAPL,2014-01-03 00:00:00+00:00,y\n');
    expect(posts.records.map(({ knownMs }) => toIso(knownMs).slice(0, 16))).toEqual([
      '2014-01-02T00:00',
      '2014-01-03T00:00',
    ]);
    expect(read('symbol,datetime_utc,text\nAAPL,2014-01-02,x\n').records).toEqual([]);
    expect(read('series,date,value\nBOE,1801-10-01,6').records).toHaveLength(1);
    expect(read('series,date,value\nBOE,1694-10-01,6').rejected[0]!.why).toContain('from 1800 on');
    expect(read('series,date,value\nBOE,1965-01-01T00:30:30Z,6\nBOE,1965-01-02T01:00:00Z,6').records).toEqual([]);
  });

  it('takes no number that could be another', () => {
    const { records, rejected } = read(
      'series,date,value\nM2,2025-01-01,"0,125"\nM2,2025-01-02,1e999\nM2,2025-01-03,5',
    );
    expect([records.length, rejected.map(({ what }) => what)]).toEqual([1, ['line 2', 'line 3']]);
  });

  it('takes no date that could be two, and refuses a file whose dates contradict each other', () => {
    const { records, rejected } = read('series,date,value\nM2,03/04/2025,1\nM2,2025-04-05,2');
    expect(records).toHaveLength(1);
    expect(rejected).toMatchObject([{ what: 'line 2', why: expect.stringContaining('YYYY-MM-DD') as string }]);
    expect(() => read('series,date,value\nM2,13/04/2025,1\nM2,04/13/2025,2')).toThrow(/line 2.*line 3|13\/04\/2025/);
  });

  it.each([
    ['series,date,value\nCPI,2025-13-01,1\nCPI,2025-01-01,abc\nc p i,2025-01-01,1\nCPI,2025-02-01,2', 3, 1],
    ['symbol,datetime_utc,text\nAAPL,yesterday,x\n,2014-01-02T15:04:05,x\nAAPL,2014-01-02T15:04:05,', 3, 0],
  ])('rejects rows that cannot be used, and keeps the others', (text, bad, good) => {
    const { records, rejected } = read(text);
    expect([rejected.length, records.length]).toEqual([bad, good]);
    expect(rejected[0]!.what).toBe('line 2');
  });

  it('leaves out what by that delay is not known yet', () => {
    expect(read('series,date,value\nGDPC1,2026-07-01,1\nGDPC1,2026-04-01,1\nGDPC1,2026-01-01,1\n')).toMatchObject({
      records: [{ period: '2026-01-01' }, { period: '2026-04-01' }],
      rejected: [{}],
    });
  });

  it('refuses another file by its header', () => {
    expect(() => read('symbol,date,open\n')).toThrow(
      /expected the header series,date,value or symbol,datetime_utc,text/,
    );
  });
});
