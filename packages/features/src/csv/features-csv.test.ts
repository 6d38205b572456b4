import { describe, expect, it } from 'vitest';
import { fromEpochDay, toEpochDay } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { makeFeatureEngine } from '../engine/index.ts';
import { CALENDAR_COLUMNS, FEATURE_NODES, resolveColumns } from '../catalogue/index.ts';
import { randomBars, seriesOf } from '../../test/fixture-bars.ts';
import { featuresCsv } from './features-csv.ts';
import { readBarsCsv } from './read-bars.ts';

const calendar = loadCalendar('NSE');
const bars = randomBars('csv', 60);
const firstSession = calendar.sessionDays.findIndex((day) => day >= toEpochDay('2025-01-01'));
const date = (i: number): string => fromEpochDay(calendar.sessionDays[firstSession + i]!);
const row = (i: number): string =>
  [date(i), bars.open[i], bars.high[i], bars.low[i], bars.close[i], bars.volumeShares[i]].join(',');
const text = (rows: readonly string[], header = 'Date,OPEN,High,low,Close,VOLUME'): string =>
  [header, ...rows].join('\n');
const rows = Array.from({ length: 60 }, (_, i) => row(i));
const cells = (csv: string, names: readonly string[]) =>
  [...featuresCsv(readBarsCsv(csv, calendar), names).lines()].map((line) => line.trimEnd().split(','));

const { nodes } = resolveColumns([]);
const expected = makeFeatureEngine(nodes, ['rsi14', 'sma20']).compute(seriesOf(bars));

describe('features of a CSV file', () => {
  it('are one row out for each row in, with empty cells during warm-up, whatever the case of the header', () => {
    const out = cells(text(rows), ['rsi14', 'sma20']);
    expect(out[0]).toEqual(['Date', 'rsi14', 'sma20']);
    expect(out).toHaveLength(61);
    out.slice(1).forEach(([day, rsi, sma], i) => {
      expect(day).toBe(date(i));
      expect(rsi === '' ? Number.NaN : Number(rsi)).toBe(expected['rsi14']![i]);
      expect(sma === '' ? Number.NaN : Number(sma)).toBe(expected['sma20']![i]);
    });
  });

  it('are refused where the order of day and month decides the order of the rows, and nothing proves it', () => {
    const of = (...dates: string[]): string =>
      text(dates.map((one, i) => [one, ...rows[i]!.split(',').slice(1)].join(',')));
    // 12 January before 1 February, or 1 December behind 2 January: the newest first would be a look into the future.
    for (const dates of [
      ['12/01/2024', '01/02/2024'],
      ['01/02/2024', '12/01/2024'],
      ['01-02-2024 09:15', '12-01-2024 09:15'],
    ])
      expect(() => readBarsCsv(of(...dates), calendar), dates.join(' ')).toThrow(
        /order of the file's rows is not proved/,
      );
    // By both orders the rows stand alike.
    const alike = readBarsCsv(of('02/01/2024', '03/01/2024', '04/01/2024'), calendar);
    expect(alike.usedRows).toBe(3);
    expect(alike.notes.join()).toContain('with the day first, as is the custom of NSE');
    // A date proves it.
    expect(readBarsCsv(of('12/01/2024', '01/02/2024', '15/02/2024'), calendar).usedRows).toBe(3);
  });

  it('stand in the order of the file, computed in the order of time', () => {
    const out = cells(text(rows.toReversed()), ['rsi14']);
    expect(Number(out[1]![1])).toBe(expected['rsi14']![59]);
    expect(out[60]![1]).toBe('');
  });

  it('keep instruments apart', () => {
    const both = rows.flatMap((line, i) => [`A,${line}`, `B,${row(59 - i).replace(/^[^,]+/, date(i))}`]);
    const csv = text(both, 'symbol,date,open,high,low,close,volume');
    const out = cells(csv, ['rsi14']).slice(1);
    expect(Number(out.findLast(([symbol]) => symbol === 'A')![2])).toBe(expected['rsi14']![59]);
    expect(Number(out.findLast(([symbol]) => symbol === 'B')![2])).not.toBe(expected['rsi14']![59]);
  });

  it('say why cells are empty: a bar that is broken, the bars behind it, a time that is none, a time given twice', () => {
    const broken = [...rows];
    broken[30] = `${date(30)},x,,,,`;
    broken[40] = rows[39]!;
    broken[50] = 'yesterday,1,1,1,1,1';
    const read = readBarsCsv(text(broken), calendar);
    const made = featuresCsv(read, ['rsi14']);
    expect([...made.lines()]).toHaveLength(61);
    expect(made.filled['rsi14']!.empty).toEqual({ short_history: 14 + 14, bad_bar: 1, no_bar: 2 });
    expect(read.defects.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '32: OPEN is "x", not a number; taken as missing',
      '42: a bar of the same time stands on line 41; the row is left without values',
      '52: Date is "yesterday", no date or time; the row is left without values',
    ]);
  });

  it('report a bar that closes outside its own range, and compute it', () => {
    const odd = [...rows];
    odd[20] = `${date(20)},10,11,9,12,100`;
    const read = readBarsCsv(text(odd), calendar);
    expect(read.defects).toEqual([{ line: 22, message: expect.stringContaining('outside high and low') }]);
    expect(featuresCsv(read, ['rsi14']).filled['rsi14']!.values).toBe(46);
  });

  it('report bars on days that are no session once, with their first lines', () => {
    expect(readBarsCsv(text(rows), calendar).defects).toEqual([]);
    const sundays = rows.map((line, i) => line.replace(/^[^,]+/, fromEpochDay(toEpochDay('2025-01-05') + 7 * i)));
    const { defects } = readBarsCsv(text([rows[0]!, ...sundays]), calendar);
    const found =
      /^(\d+) bar\(s\) lie on days that are no session of NSE: line 3 \(2025-01-05\), 4 \(2025-01-12\)/.exec(
        defects[0]!.message,
      );
    // Some Sundays are special sessions of the exchange.
    expect(Number(found?.[1])).toBeGreaterThan(55);
    expect(defects).toHaveLength(1);
    expect(defects[0]!.line).toBe(3);
  });

  it('say that days outside the calendar were not checked', () => {
    const old = readBarsCsv(text([row(0).replace(/^[^,]+/, '1980-01-01'), ...rows]), calendar);
    expect(old.notes).toEqual([expect.stringContaining('1 bar(s) lie outside the calendar of NSE')]);
  });

  it('without dates have no value that asks for the day, and say so', () => {
    const undated = readBarsCsv(
      text(
        rows.map((line) => line.replace(/^[^,]+,/, '')),
        'open,high,low,close,volume',
      ),
      calendar,
      { oldestFirst: true },
    );
    expect(undated.notes).toEqual([expect.stringContaining('no column of dates')]);
    const made = featuresCsv(undated, ['rsi14', 'month', 'avwap_year', 'pivots', 'gap_days', 'tf_week']);
    expect(made.filled['rsi14']).toEqual({ values: 46, empty: { short_history: 14 } });
    for (const name of made.columns.slice(1)) expect(made.filled[name]).toEqual({ values: 0, empty: { no_date: 60 } });
    expect([...made.lines()].slice(1).every((line) => /^[^,]*,+$/.test(line.trimEnd()))).toBe(true);
  });

  it('that change with the days of the bars are all known to do so', () => {
    const engine = makeFeatureEngine(
      FEATURE_NODES,
      FEATURE_NODES.flatMap((node) => node.columns.map(({ name }) => name)),
    );
    const long = seriesOf(randomBars('days', 700));
    const names = FEATURE_NODES.flatMap((node) => node.references);
    const references = Object.fromEntries(names.map((name) => [name, randomBars(name, 700).close.map((v) => v % 2)]));
    const valuesOn = (dayOf: (i: number) => number) => {
      const sessionDay = Int32Array.from(long.close, (_, i) => dayOf(i));
      const made = engine.compute({ ...long, sessionDay, references });
      return Object.fromEntries(Object.entries(made).map(([name, values]) => [name, values.slice()]));
    };
    const [one, other] = [valuesOn((i) => 15_000 + i), valuesOn((i) => 16_123 + Math.floor(i / 3) * 5)];
    const moved = Object.keys(one!).filter((name) =>
      one![name]!.some((value, i) => !Object.is(value, other![name]![i])),
    );
    expect(moved.filter((name) => !CALENDAR_COLUMNS.has(name))).toEqual([]);
    expect(moved).toEqual(expect.arrayContaining(['month', 'vwap', 'avwap_year', 'pivot_r1', 'first_bar_of_session']));
  });

  it('of minutes know their sessions, in local times and instants alike', () => {
    const minutes = Array.from({ length: 40 }, (_, i) => {
      const minute = 555 + (i % 20);
      const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
      return { local: `2026-02-${i < 20 ? 26 : 27} ${clock}:00`, at: i };
    });
    const line = (time: string, i: number): string => row(i).replace(/^[^,]+/, time);
    const local = readBarsCsv(text(minutes.map(({ local: time, at }) => line(time, at))), calendar);
    expect(local.intraday).toBe(true);
    const zoned = readBarsCsv(text(minutes.map(({ local: time, at }) => line(`${time}+05:30`, at))), calendar);
    const epoch = readBarsCsv(
      text(minutes.map(({ local: time, at }) => line(String(Date.parse(`${time.replace(' ', 'T')}+05:30`)), at))),
      calendar,
    );
    for (const read of [zoned, epoch]) expect(read.instruments[0]!.series).toEqual(local.instruments[0]!.series);
    expect([...local.instruments[0]!.series.openMinute!.slice(0, 2)]).toEqual([555, 556]);
  });

  it('of a column of dates and one of clock times are those of the two joined', () => {
    const clocks = ['9:15', '09:16', '91700', '0918'];
    const of = (header: string, time: (i: number) => string) =>
      readBarsCsv(
        text(
          clocks.map((_, i) => row(i).replace(/^[^,]+/, time(i))),
          header,
        ),
        calendar,
      );
    const one = of('Date,open,high,low,close,volume', (i) => `2026-02-27 09:${15 + i}`);
    const split = of('Date,Time,open,high,low,close,volume', (i) => `27-02-2026,${clocks[i]}`);
    expect(split.instruments).toEqual(one.instruments);
    expect(split).toMatchObject({ intraday: true, defects: [], keys: { header: ['Date', 'Time'] } });
    const midnight = of('Date,Time,open,high,low,close,volume', (i) => `2026-02-27 00:00:00,${clocks[i]}`);
    expect(midnight.instruments).toEqual(one.instruments);
  });

  it('take a comma away between thousands alone: a decimal comma is no number', () => {
    const prices = ['"1,00,000"', '"1,000.5"', '"10,5"', '"10,50"', 'Infinity', '-'];
    const csv = text(
      prices.map((price, i) => `${date(i)},${price},${price},${price},${price},1`),
      'date,open,high,low,close,volume',
    );
    const { instruments, defects } = readBarsCsv(csv, calendar);
    expect([...instruments[0]!.series.close]).toEqual([100_000, 1000.5, ...Array(4).fill(Number.NaN)]);
    expect(defects.filter(({ message }) => message.startsWith('close')).map(({ line }) => line)).toEqual([4, 5, 6]);
  });

  it('know the columns of volume of the exchanges, and say so when there is none', () => {
    for (const name of ['Vol.', 'Shares Traded', 'No. of Shares', 'No.of Shares', 'Total Traded Quantity']) {
      const read = readBarsCsv(text(rows, `date,open,high,low,close,${name}`), calendar);
      expect([...read.instruments[0]!.series.volumeShares]).toEqual([...bars.volumeShares]);
      expect(read.notes).toEqual([]);
    }
    const none = readBarsCsv(text(rows, 'date,open,high,low,close,turnover'), calendar);
    expect(none.notes).toEqual([expect.stringContaining('no column of volume')]);
  });

  it('are refused by name when a column is missing, a name is none, or there is no row', () => {
    expect(() => readBarsCsv('date,open,high,low\n2026-01-01,1,1,1', calendar)).toThrow('no column for close');
    expect(() => readBarsCsv('date,open,high,low,close', calendar)).toThrow('no row of bars');
    expect(() => featuresCsv(readBarsCsv(text(rows), calendar), ['rsj14'])).toThrow('no feature "rsj14"');
  });

  it('write no cell that a spreadsheet would run', () => {
    const csv = text([`=cmd(),${row(0)}`], 'symbol,date,open,high,low,close,volume');
    expect(cells(csv, ['rsi14'])[1]![0]).toBe("'=cmd()");
    expect(cells(csv.replace('=cmd()', '-2+cmd()'), ['rsi14'])[1]![0]).toBe("'-2+cmd()");
  });
});
