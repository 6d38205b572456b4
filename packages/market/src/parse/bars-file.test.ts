import { fromEpochDay } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { hasRealData, realFile } from '../../test/real-data.ts';
import { loadCalendar } from '../calendar.ts';
import { type ParsedBars, parseBars } from './bars-file.ts';
import { detectLayout } from './layout.ts';
import { openText } from './text.ts';

function parse(content: string | Uint8Array, market = 'NSE'): ParsedBars & { layout: string } {
  const text = openText(typeof content === 'string' ? new TextEncoder().encode(content) : content);
  if ('code' in text) throw new Error(text.code);
  const match = detectLayout(text.header);
  if (match.kind !== 'bars') throw new Error(`layout: ${JSON.stringify(match)}`);
  const parsed = parseBars(text, match.layout, loadCalendar(market));
  if ('code' in parsed) throw new Error(parsed.code);
  return { ...parsed, layout: match.layout.name };
}

/** Rows as text, to compare at a glance. */
function rowsOf({ table }: ParsedBars): string[] {
  return Array.from(table.symbolIndex, (index, row) =>
    [
      table.symbols[index],
      fromEpochDay(table.sessionDay[row]!),
      ...(table.openMinute === null ? [] : [table.openMinute[row]]),
      table.open[row],
      table.high[row],
      table.low[row],
      table.close[row],
      table.volumeShares[row],
    ].join(' '),
  );
}

const CM = `SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,
20MICRONS,EQ,59,61.75,57,57.7,58,58.3,341033,20320653.6,01-DEC-2017,2506,INE144J01027,
3IINFOTECH,BE,3.85,4.1,3.85,3.85,3.9,3.85,6294155,24778590.9,01-DEC-2017,1075,INE748C01020,
M&M,EQ,1400.5,1410,1390.05,1405,1404,1399,12345,17345678.9,01-DEC-2017,99,INE101A01026,
`;
const SEC = `SYMBOL,SERIES,DATE1,PREV_CLOSE,OPEN_PRICE,HIGH_PRICE,LOW_PRICE,LAST_PRICE,CLOSE_PRICE,AVG_PRICE,TTL_TRD_QNTY,TURNOVER_LACS,NO_OF_TRADES,DELIV_QTY,DELIV_PER
20MICRONS, EQ, 26-Feb-2026,174.92,174.1,178.5,174.1,175.24,176.35,176.57,41724,73.67,1174, 23771, 56.97
GOLDBOND, GB, 26-Feb-2026,174.92,174.1,178.5,174.1,175.24,176.35,176.57,41724,73.67,1174, -, -
`;
const UDIFF_HEADER =
  'TradDt,BizDt,Sgmt,Src,FinInstrmTp,FinInstrmId,ISIN,TckrSymb,SctySrs,XpryDt,FininstrmActlXpryDt,StrkPric,OptnTp,' +
  'FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,PrvsClsgPric,UndrlygPric,SttlmPric,OpnIntrst,ChngInOpnIntrst,' +
  'TtlTradgVol,TtlTrfVal,TtlNbOfTxsExctd,SsnId,NewBrdLotQty,Rmks,Rsvd1,Rsvd2,Rsvd3,Rsvd4';
const UDIFF_ROW =
  '2026-05-06,2026-05-06,CM,NSE,STK,16921,INE144J01027,20MICRONS,EQ,,,,,20 MICRONS LTD,182.40,184.13,178.00,182.32,183.10,' +
  '180.25,,182.30,,,109136,19893007.09,2188,F1,1,,,,,';

describe('parseBars', () => {
  it('reads the cm layout with its trailing comma and counts other series', () => {
    const parsed = parse(CM);
    expect(parsed.layout).toBe('cm');
    expect(rowsOf(parsed)).toEqual([
      '20MICRONS 2017-12-01 59 61.75 57 57.7 341033',
      'M&M 2017-12-01 1400.5 1410 1390.05 1405 12345',
    ]);
    expect(parsed).toMatchObject({ rows: 3, defects: [], skippedBySeries: { BE: 1 } });
    expect([...parsed.line]).toEqual([2, 4]);
  });

  it('reads the sec_bhavdata_full layout with blanks before its values', () => {
    const parsed = parse(SEC);
    expect(parsed.layout).toBe('sec_bhavdata_full');
    expect(rowsOf(parsed)).toEqual(['20MICRONS 2026-02-26 174.1 178.5 174.1 176.35 41724']);
    expect(parsed.skippedBySeries).toEqual({ GB: 1 });
  });

  it('reads the UDiFF layout in both spellings of its reserved columns, quoted names included', () => {
    const expected = ['20MICRONS 2026-05-06 182.4 184.13 178 182.32 109136'];
    expect(rowsOf(parse(`${UDIFF_HEADER}\n${UDIFF_ROW}\n`))).toEqual(expected);
    const spelt = UDIFF_HEADER.replace(/Rsvd(\d)/g, 'Rsvd0$1');
    expect(rowsOf(parse(`${spelt}\r\n${UDIFF_ROW}\r\n`))).toEqual(expected);
    const quoted = UDIFF_ROW.replace('20 MICRONS LTD', '"20 MICRONS, LTD"');
    expect(rowsOf(parse(`${UDIFF_HEADER}\n${quoted}\n`))).toEqual(expected);
  });

  it('reads plain daily and intraday files, with more columns, CRLF, a BOM and no last line end', () => {
    const daily = 'symbol,date,open,high,low,close,volume,prev_close\r\nABC,2020-02-28,1.5,2,1,1.75,1e3,1\r\n';
    expect(rowsOf(parse(`\uFEFF${daily}`))).toEqual(['ABC 2020-02-28 1.5 2 1 1.75 1000']);
    const hourly =
      'symbol,datetime,open,high,low,close,volume\nABC,2025-04-03 09:15,1,2,1,1.5,0\nABC,2025-04-03T10:15:00,1.5,2,1,2,7';
    expect(rowsOf(parse(hourly))).toEqual(['ABC 2025-04-03 555 1 2 1 1.5 0', 'ABC 2025-04-03 615 1.5 2 1 2 7']);
  });

  it('gives every decimal the double that Number gives', () => {
    const numbers = ['0.1', '0.3', '1234567.89', '100', '2655.70', '0.05', '99999999.999', '123456789012.25', '4.35'];
    const rows = numbers.map((n, i) => `S${i},2020-02-28,${n},${n},${n},${n},${n}`);
    const { table } = parse(`symbol,date,open,high,low,close,volume\n${rows.join('\n')}\n`);
    expect([...table.close]).toEqual(numbers.map(Number));
  });

  it('sets unreadable rows aside with line, field, value and what to do', () => {
    const rows = [
      'ABC,2020-02-28,1,2,1,1.5,10',
      'abc,2020-02-28,1,2,1,1.5,10',
      'ABC,2020-02-30,1,2,1,1.5,10',
      'ABC,2020-02-27,x,2,1,1.5,10',
      'ABC,2020-02-26,1,2,1,,10',
      'ABC,2020-02-25,1,2,1,1.5',
      '',
      'ABC,2020-02-24,1,2,1,1.5,10,11',
      'ABC,2020-02-21,1,2,1,1.5,1.2.3',
      'ABC,2020-02-20,1,2,1,1.5,20',
    ];
    const parsed = parse(`symbol,date,open,high,low,close,volume\n${rows.join('\n')}\n`);
    expect(parsed.rows).toBe(9);
    expect(rowsOf(parsed)).toEqual(['ABC 2020-02-28 1 2 1 1.5 10', 'ABC 2020-02-20 1 2 1 1.5 20']);
    expect(parsed.defects.map(({ code, line, field, value }) => [code, line, field, value])).toEqual([
      ['symbol', 3, 'symbol', 'abc'],
      ['date', 4, 'date', '2020-02-30'],
      ['number', 5, 'open', 'x'],
      ['number', 6, 'close', ''],
      ['columns', 7, '', 'ABC,2020-02-25,1,2,1,1.5'],
      ['columns', 9, '', 'ABC,2020-02-24,1,2,1,1.5,10,11'],
      ['number', 10, 'volume', '1.2.3'],
    ]);
    for (const { message } of parsed.defects) expect(message).toMatch(/import the file again/);
  });

  it('sets aside a row of a series that the exchange does not have', () => {
    const parsed = parse(CM.replace(',BE,', ',??,'));
    expect(parsed.defects).toMatchObject([{ code: 'unknown_series', line: 3, field: 'SERIES', value: '??' }]);
    expect(parsed.skippedBySeries).toEqual({});
  });

  it('refuses a file that breaks off inside its last row', () => {
    for (const cut of [CM.slice(0, -30), CM.slice(0, -2 - 'INE101A01026,'.length)]) {
      expect(() => parse(cut)).toThrow('truncated');
    }
    expect(rowsOf(parse(CM.trimEnd()))).toHaveLength(2);
  });

  it('grows its dictionary past its first size', () => {
    const rows = Array.from({ length: 9000 }, (_, i) => `S${i},2020-02-28,1,2,1,1.5,${i}`);
    const { table } = parse(`symbol,date,open,high,low,close,volume\n${rows.join('\n')}\n`);
    expect(table.symbols).toHaveLength(9000);
    expect(table.symbols[table.symbolIndex[8999]!]).toBe('S8999');
  });
});

describe.skipIf(!hasRealData)('parseBars on real bhavcopies', () => {
  it('gives the same bars from the sec_bhavdata_full and UDiFF files of one session', () => {
    const sec = rowsOf(parse(realFile('bhavcopy/sec_bhavdata_full_27022026.csv'))).sort();
    const udiff = rowsOf(parse(realFile('bhavcopy/BhavCopy_NSE_CM_0_0_0_20260227_F_0000.converted.csv'))).sort();
    expect(sec).toHaveLength(2417);
    expect(udiff).toEqual(sec);
  });

  it('reads every row of the full-market cm files: EQ kept, the rest counted by series', () => {
    for (const [name, eq, rows] of [
      ['bhavcopy/cm01NOV2017bhav.csv', 1468, 1823],
      ['bhavcopy/cm01DEC2017bhav.csv', 1470, 1813],
    ] as const) {
      const parsed = parse(realFile(name));
      const skipped = Object.values(parsed.skippedBySeries).reduce((a, b) => a + b, 0);
      expect([parsed.line.length, parsed.rows, parsed.defects.length]).toEqual([eq, rows, 0]);
      expect(skipped + eq).toBe(rows);
    }
  });
});

it('says of a date before 1970 that it lies before the lake, however it is written, and of an unreadable one that it is', () => {
  const header = 'symbol,date,open,high,low,close,volume\n';
  const { defects } = parse(
    `${header}${['1960-01-04', '04-Jan-1960', '4 January 1960', 'tomorrow'].map((date) => `ABC,${date},1,2,1,2,5\n`).join('')}`,
  );
  expect(defects.map(({ code, message }) => [code, /before 1970/.test(message)])).toEqual([
    ['date', true],
    ['date', true],
    ['date', true],
    ['date', false],
  ]);
});
