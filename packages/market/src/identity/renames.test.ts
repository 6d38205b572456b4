import { fromEpochDay, toEpochDay } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { makeFixturePorts } from '../../test/fixture-ports.ts';
import { type DailyBars, type IntradayBars, openTimeMsOf } from '../bars.ts';
import { loadCalendar } from '../calendar.ts';
import { detectLayout } from '../parse/layout.ts';
import { parseBars } from '../parse/bars-file.ts';
import { openText } from '../parse/text.ts';
import {
  type Rename,
  detectRenames,
  effectiveRenames,
  joinIntraday,
  joinRenames,
  knownRenames,
  loadIdentity,
  saveRenameDecision,
  newestName,
  saveObservations,
} from './index.ts';

const day = toEpochDay;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const series = (symbol: string, closes: Readonly<Record<string, number>>): DailyBars => {
  const column = Float64Array.from(Object.values(closes));
  const sessionDay = Int32Array.from(Object.keys(closes), day);
  return { symbol, sessionDay, open: column, high: column, low: column, close: column, volumeShares: column };
};
function observe(text: string) {
  const match = detectLayout(text.slice(0, text.indexOf('\n')));
  if (match.kind !== 'bars') throw new Error('no bar file');
  const opened = openText(bytes(text));
  if ('code' in opened) throw new Error(opened.message);
  const parsed = parseBars(opened, match.layout, loadCalendar('NSE'));
  if ('code' in parsed) throw new Error(parsed.message);
  return parsed.observed;
}

const PLAIN = 'symbol,date,open,high,low,close,volume,prev_close\n';
const OLD = series('MOTHERSUMI', { '2022-06-07': 120, '2022-06-08': 124 });
const NEW = series('MOTHERSON', { '2022-06-09': 123, '2022-06-10': 125 });
const rename: Rename = { from: 'MOTHERSUMI', to: 'MOTHERSON', fromDay: day('2022-06-09'), evidence: 'listed' };
const lastBar = (bars: DailyBars) => ({ symbol: bars.symbol, day: bars.sessionDay.at(-1)!, close: bars.close.at(-1)! });
const master = (text: string) => ({
  symbols: Object.fromEntries(observe(text).map(({ symbol, ...rest }) => [symbol, rest])),
  decisions: [],
});

describe('what a file says of its symbols', () => {
  it('is the first row with the close before it, in any order of rows', () => {
    const rows = ['MOTHERSON,2022-06-10,1,1,1,125,1,123', 'MOTHERSON,2022-06-09,1,1,1,123,1,124'];
    expect(observe(PLAIN + rows.join('\n'))).toEqual([
      { symbol: 'MOTHERSON', firstDay: day('2022-06-09'), prevClose: 124, isins: [] },
    ]);
  });

  it('is the first row also where its prices cannot be read', () => {
    const rows = ['MOTHERSON,2022-06-09,1,1,1,123,-,124', 'MOTHERSON,2022-06-10,1,1,1,125,1,123.5'];
    expect(observe(PLAIN + rows.join('\n'))).toEqual([
      { symbol: 'MOTHERSON', firstDay: day('2022-06-09'), prevClose: 124, isins: [] },
    ]);
    const header = 'SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,\n';
    expect(
      observe(
        `${header}ABC,EQ,x,1,1,1,1,9.5,1,1,01-DEC-2017,1,INE144J01027,\nABD,EQ,x,1,1\nABE,BE,x,1,1,1,1,8,1,1,01-DEC-2017,1,INE144J01028,\n`,
      ),
    ).toEqual([
      { symbol: 'ABC', firstDay: day('2017-12-01'), prevClose: 9.5, isins: [['INE144J01027', day('2017-12-01')]] },
    ]);
  });

  it('holds the ISIN of shares in a bhavcopy and passes over other series and short rows', () => {
    const header = 'SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,\n';
    const found = observe(
      `${header}ABC,EQ,1,1,1,1,1,9.5,1,1,01-DEC-2017,1,INE144J01027,\nABC,BE,1,1,1,1,1,8,1,1,01-DEC-2017,1,INE999,\nX,EQ\n`,
    );
    expect(found).toEqual([
      { symbol: 'ABC', firstDay: day('2017-12-01'), prevClose: 9.5, isins: [['INE144J01027', day('2017-12-01')]] },
    ]);
  });

  it('is kept with the earliest row of each symbol, and once', async () => {
    const ports = makeFixturePorts();
    const at = (date: string, prevClose: number, isin: string) => ({
      symbol: 'ABC',
      firstDay: day(date),
      prevClose,
      isins: [[isin, day(date)]] as [string, number][],
    });
    await saveObservations(ports, 'NSE', [at('2024-01-02', 5, 'INE144J01027')]);
    await saveObservations(ports, 'NSE', [at('2020-01-02', 4, 'INE144J01019')]);
    const stored = [...ports.stored.keys()].length;
    await saveObservations(ports, 'NSE', [at('2022-01-03', 9, 'INE144J01027')]);
    await saveObservations(ports, 'NSE', [at('2022-01-03', 9, 'INE144J01027')]);
    expect([...ports.stored.keys()].length).toBe(stored + 1);
    expect((await loadIdentity(ports, 'NSE')).symbols['ABC']).toEqual({
      firstDay: day('2020-01-02'),
      prevClose: 4,
      isins: [
        ['INE144J01019', day('2020-01-02')],
        ['INE144J01027', day('2022-01-03')],
      ],
    });
  });
});

describe('changes of symbol', () => {
  const next = (ended: number): number => ended + 1;

  it('are found by the close before that the exchange states for the new name', () => {
    const seen = master(`${PLAIN}MOTHERSON,2022-06-09,1,1,1,123,1,124\n`);
    const other = series('OTHER', { '2022-06-08': 124.05 });
    expect(detectRenames([lastBar(OLD), lastBar(other)], seen, next)).toEqual([{ ...rename, evidence: 'prev_close' }]);
  });

  it('are not guessed: two that ended at one price, a listing at its issue price, a gap between', () => {
    const seen = master(`${PLAIN}MOTHERSON,2022-06-09,1,1,1,123,1,124\n`);
    const twin = series('TWIN', { '2022-06-08': 124 });
    expect(detectRenames([lastBar(OLD), lastBar(twin)], seen, next)).toEqual([]);
    const listing = master(`${PLAIN}NEWCO,2022-06-09,1,1,1,123,1,33\n`);
    expect(detectRenames([lastBar(OLD)], listing, next)).toEqual([]);
    const isin = (text: string) => [[text, 1]] as [string, number][];
    const strangers = {
      symbols: {
        MOTHERSUMI: { firstDay: day('2022-06-07'), prevClose: null, isins: isin('INE144J01027') },
        NEWCO: { firstDay: day('2022-06-09'), prevClose: 124, isins: isin('INE775A01035') },
      },
      decisions: [],
    };
    expect(detectRenames([lastBar(OLD)], strangers, next)).toEqual([]);
    const late = master(`${PLAIN}MOTHERSON,2022-06-10,1,1,1,123,1,124\n`);
    expect(detectRenames([lastBar(OLD)], late, next)).toEqual([]);
  });

  it('are found by an equal ISIN too', () => {
    const isins = [['INE144J01027', 1]] as [string, number][];
    const seen = {
      symbols: {
        MOTHERSUMI: { firstDay: day('2022-06-07'), prevClose: null, isins },
        MOTHERSON: { firstDay: day('2022-06-20'), prevClose: null, isins },
      },
      decisions: [],
    };
    expect(detectRenames([lastBar(OLD)], seen, next)).toMatchObject([{ to: 'MOTHERSON', evidence: 'isin' }]);
  });

  it('follow what a person decided, and otherwise the published list', async () => {
    const ports = makeFixturePorts();
    const word = { by: 'asha', why: 'checked', decidedMs: 5 };
    const detected: Rename[] = [{ ...rename, evidence: 'prev_close' }];
    expect(effectiveRenames([rename], detected, await loadIdentity(ports, 'NSE'))).toEqual([rename]);
    await saveRenameDecision(ports, 'NSE', { ...rename, decision: 'rejected', ...word });
    expect(effectiveRenames([rename], detected, await loadIdentity(ports, 'NSE'))).toEqual([]);
    await saveRenameDecision(ports, 'NSE', { ...rename, decision: 'confirmed', ...word });
    expect(effectiveRenames([], [], await loadIdentity(ports, 'NSE'))).toEqual([{ ...rename, evidence: 'admin' }]);
  });

  it('are listed for the shares that everybody asks for', () => {
    const pairs = knownRenames('NSE').map(({ from, to }) => `${from}>${to}`);
    for (const pair of ['ZOMATO>ETERNAL', 'TATAMOTORS>TMPV', 'MINDAIND>UNOMINDA']) expect(pairs).toContain(pair);
    expect(knownRenames('US')).toEqual([]);
  });
});

describe('joining', () => {
  it('puts the bars of the old name before those of the new', () => {
    const { series: out, joined } = joinRenames([OLD, NEW], [rename], day('2022-06-10'));
    expect(out.map(({ symbol }) => symbol)).toEqual(['MOTHERSON']);
    expect([...out[0]!.close]).toEqual([120, 124, 123, 125]);
    expect(Array.from(out[0]!.sessionDay, fromEpochDay)[0]).toBe('2022-06-07');
    expect(joined).toEqual([rename]);
  });

  it('follows no change before its day: the share still has its old name', () => {
    const before = joinRenames([OLD], [rename], day('2022-06-08'));
    expect(before.series).toEqual([OLD]);
    expect(before.joined).toEqual([]);
  });

  it('follows a chain of names, and reports a name whose older bars are not there', () => {
    const third = series('LTM', { '2022-06-11': 126 });
    const chain: Rename[] = [{ ...rename, from: 'MOTHERSON', to: 'LTM', fromDay: day('2022-06-11') }, rename];
    const { series: out, withoutPredecessor } = joinRenames([third, NEW, OLD], chain, day('2022-06-11'));
    expect(out.map(({ symbol, close }) => [symbol, close.length])).toEqual([['LTM', 5]]);
    expect(withoutPredecessor).toEqual([]);
    expect(joinRenames([NEW], [rename], day('2022-06-10')).withoutPredecessor).toEqual([rename]);
  });

  it('refuses to join two shares that traded side by side', () => {
    const side = series('MOTHERSON', { '2022-06-08': 1, '2022-06-09': 123 });
    const { series: out, refused } = joinRenames([OLD, side], [rename], day('2022-06-10'));
    expect(out).toHaveLength(2);
    expect(refused[0]!.message).toMatch(/MOTHERSUMI and MOTHERSON both have bars before 2022-06-09/);
  });

  it('leaves a symbol that was given to another company later its own bars', () => {
    const again = series('MOTHERSUMI', { '2022-06-08': 124, '2022-08-01': 10 });
    const { series: out } = joinRenames([again, NEW], [rename], day('2022-08-02'));
    expect(out.map(({ symbol, close }) => [symbol, [...close]])).toEqual([
      ['MOTHERSUMI', [10]],
      ['MOTHERSON', [124, 123, 125]],
    ]);
  });
});

describe('the newest name', () => {
  const change = (from: string, to: string, fromDay: number): Rename => ({ from, to, fromDay, evidence: 'listed' });

  it('is that of the company that had the symbol on the day', () => {
    const renames = [change('A', 'B', 100), change('A', 'C', 300), change('B', 'D', 200)];
    expect(newestName('A', 50, renames)).toBe('D');
    expect(newestName('A', 150, renames)).toBe('C');
    expect(newestName('A', 300, renames)).toBe('A');
    expect(newestName('X', 50, renames)).toBe('X');
  });
});

describe('joining intraday bars', () => {
  const nse = loadCalendar('NSE');
  const hourly = (symbol: string, bars: readonly (readonly [date: string, close: number])[]): IntradayBars => {
    const column = Float64Array.from(bars, ([, close]) => close);
    return {
      symbol,
      barMinutes: 60,
      openTimeMs: Float64Array.from(bars, ([date]) => openTimeMsOf(day(date), 555, nse)),
      open: column,
      high: column,
      low: column,
      close: column,
      volumeShares: column,
    };
  };

  it('gives the newer name what the older had before the change, and leaves it what came after', () => {
    const older = hourly('MOTHERSUMI', [
      ['2022-06-08', 124],
      ['2022-08-01', 10],
    ]);
    const joined = joinIntraday([older, hourly('MOTHERSON', [['2022-06-09', 123]])], [rename], nse);
    expect([...joined.get('MOTHERSON')!.close]).toEqual([124, 123]);
    expect([...joined.get('MOTHERSUMI')!.close]).toEqual([10]);
    const alone = joinIntraday([hourly('MOTHERSUMI', [['2022-06-08', 124]])], [rename], nse);
    expect([...alone.keys()]).toEqual(['MOTHERSON']);
  });
});
