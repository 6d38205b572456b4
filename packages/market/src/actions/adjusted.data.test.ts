import { toEpochDay } from '@aion/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasRealData, realFile } from '../../test/real-data.ts';
import { type DailyBars, sliceDailyBars, symbolRuns } from '../bars.ts';
import { joinRenames, knownRenames } from '../identity/index.ts';
import { parseBars } from '../parse/bars-file.ts';
import { detectLayout } from '../parse/layout.ts';
import { loadCalendar } from '../calendar.ts';
import { openText } from '../parse/text.ts';
import { compareSeries } from '../quality/compare-series.ts';
import { mergeTables } from '../table-merge.ts';
import { type CorporateAction, actionsBySymbol, adjustDaily, checkActions, parseActions } from './index.ts';

/** Daily bars of files, sorted; an adjusted close is passed over or, when asked for, taken as the close. */
function seriesOf(names: readonly string[], useAdjClose = false): Map<string, DailyBars> {
  const tables = names.map((name) => {
    const header = useAdjClose
      ? 'symbol,date,open,high,low,other,volume,close'
      : 'symbol,date,open,high,low,close,volume,other';
    let text = new TextDecoder().decode(realFile(name));
    if (text.startsWith('symbol,date,open,high,low,close,volume,adj_close')) {
      const body = text.slice(text.indexOf('\n'));
      if (useAdjClose) {
        const swapped = body.split('\n').map((row) => {
          const [symbol, date, open, high, low, , volume, adjusted] = row.split(',');
          return symbol === '' ? '' : [symbol, date, open, high, low, adjusted, volume, 0].join(',');
        });
        text = header.replace('other', 'close').replace(/close$/, 'other') + swapped.join('\n');
      } else text = header + body;
    }
    const file = openText(new TextEncoder().encode(text));
    if ('code' in file) throw new Error(file.message);
    const match = detectLayout(file.header);
    if (match.kind !== 'bars') throw new Error(`${name} is no bar file`);
    const parsed = parseBars(file, match.layout, loadCalendar('NSE'));
    if ('code' in parsed) throw new Error(parsed.message);
    return parsed.table;
  });
  const { table } = mergeTables(tables, false);
  return new Map(symbolRuns(table).map(({ symbol, start, end }) => [symbol, sliceDailyBars(table, start, end)]));
}

// Bonuses that the action rows lack: given together with a split of the same day, or not at all. As announced by the companies.
const MISSING: readonly CorporateAction[] = (
  [
    ['BAJAJFINSV', '2022-09-13', 'split', 5],
    ['BAJAJFINSV', '2022-09-13', 'bonus', 2],
    ['BAJFINANCE', '2016-09-08', 'split', 5],
    ['BAJFINANCE', '2016-09-08', 'bonus', 2],
    ['WIPRO', '2017-06-13', 'bonus', 2],
    ['WIPRO', '2019-03-06', 'bonus', 4 / 3],
  ] as const
).map(([symbol, date, kind, value]) => ({ symbol, exDay: toEpochDay(date), kind, value }));

// Rights issues and demergers that the rows lack; their price factors follow from prices, so they prove nothing here.
const RIGHTS_OR_DEMERGER = [
  'BHARTIARTL',
  'CANBK',
  'GRASIM',
  'PVRINOX',
  'SHRIRAMFIN',
  'SIEMENS',
  'TATACOMM',
  'TATASTEEL',
  'TMPV',
];
const TOLERANCE_FRAC = 0.005;

describe.skipIf(!hasRealData)('real raw bars with their actions against a vendor who adjusted them', () => {
  const parsed = hasRealData
    ? parseActions(new TextDecoder().decode(realFile('nse_corporate_actions.csv.gz')), loadCalendar('NSE')).actions
    : [];
  const excluded = new Set([
    ...RIGHTS_OR_DEMERGER,
    ...parsed.filter(({ kind }) => kind === 'demerger_or_rights').map(({ symbol }) => symbol),
  ]);
  // Read once for the three of them, which only look at it.
  let series: readonly DailyBars[];
  let vendor: Map<string, DailyBars>;
  beforeAll(() => {
    const raw = seriesOf(['nse_daily_raw.csv.gz', 'nse_daily_raw_2016_2017.csv.gz']);
    series = joinRenames([...raw.values()], knownRenames('NSE'), toEpochDay('2026-02-27')).series;
    vendor = seriesOf(['nse_daily_yahoo_adjusted.csv.gz']);
  });
  const withMissing = (actions: readonly CorporateAction[]) => {
    const itemised = new Set(MISSING.map(({ symbol, exDay }) => `${symbol} ${exDay}`));
    return actionsBySymbol([...actions.filter(({ symbol, exDay }) => !itemised.has(`${symbol} ${exDay}`)), ...MISSING]);
  };

  it('agrees within 0.5% on 99% of the common days, and each symbol does', () => {
    const actions = withMissing(parsed);
    let [common, agreeing, symbols] = [0, 0, 0];
    const below: string[] = [];
    for (const raw of series) {
      const other = vendor.get(raw.symbol);
      if (other === undefined || excluded.has(raw.symbol)) continue;
      const held = checkActions(raw, actions.get(raw.symbol) ?? [], loadCalendar('NSE')).actions;
      const result = compareSeries(adjustDaily(raw, held, toEpochDay('2026-06-12')), other, {
        toleranceFrac: TOLERANCE_FRAC,
      });
      symbols++;
      common += result.common;
      agreeing += result.agreeing;
      if (result.agreeing < 0.99 * result.common) below.push(`${raw.symbol} ${result.issues[0]?.message ?? ''}`);
    }
    expect(symbols).toBeGreaterThan(60);
    expect(common).toBeGreaterThan(120_000);
    expect(below).toEqual([]);
    expect(agreeing / common).toBeGreaterThan(0.999);
  });

  it('agrees as well on the actions of the vendor alone, before the derived ones begin', () => {
    // Derived rows follow from the very series compared with; these do not. Both are set to 1 on the last day.
    const lastDay = toEpochDay('2023-09-29');
    const actions = withMissing(parsed.filter(({ source }) => source === 'yahoo'));
    let [common, agreeing, symbols, withActions] = [0, 0, 0, 0];
    const below: string[] = [];
    for (const whole of series) {
      const other = vendor.get(whole.symbol);
      if (other === undefined || excluded.has(whole.symbol)) continue;
      const cut = whole.sessionDay.findLastIndex((day) => day <= lastDay) + 1;
      const at = other.sessionDay.indexOf(lastDay);
      if (cut === 0 || at < 0 || whole.sessionDay[cut - 1] !== lastDay) continue;
      const raw = first(whole, cut);
      const held = checkActions(raw, actions.get(raw.symbol) ?? [], loadCalendar('NSE')).actions;
      const mine = adjustDaily(raw, held, lastDay);
      const result = compareSeries(unit(mine, cut - 1), unit(other, at), { toleranceFrac: TOLERANCE_FRAC });
      symbols++;
      withActions += mine === raw ? 0 : 1;
      common += result.common;
      agreeing += result.agreeing;
      if (result.agreeing < 0.99 * result.common) below.push(raw.symbol);
    }
    expect(symbols).toBeGreaterThan(55);
    expect(withActions).toBeGreaterThan(10);
    // Its bonus of 2022-07-08 is in the derived rows only.
    expect(below).toEqual(['TORNTPHARM']);
    expect(agreeing / common).toBeGreaterThan(0.985);
  });

  // Before that day the vendor's dividend rows lack some and double others, against its own series.
  it('agrees on total return from 2023-10-10 on: dividends in the shares of their own basis', () => {
    const totalReturn = seriesOf(['nse_daily_yahoo_adjusted.csv.gz'], true);
    const actions = withMissing(parsed);
    let [common, agreeing] = [0, 0];
    for (const raw of series) {
      const other = totalReturn.get(raw.symbol);
      if (other === undefined || excluded.has(raw.symbol)) continue;
      const held = checkActions(raw, actions.get(raw.symbol) ?? [], loadCalendar('NSE')).actions;
      const mine = adjustDaily(raw, held, toEpochDay('2026-06-12'), { dividends: true });
      const from = mine.sessionDay.findIndex((day) => day >= toEpochDay('2023-10-10'));
      const last = mine.close.length - 1;
      const at = other.sessionDay.indexOf(mine.sessionDay[last]!);
      if (from < 0 || at < 0) continue;
      const result = compareSeries(unit(tailOf(mine, from), last - from), unit(other, at), {
        toleranceFrac: TOLERANCE_FRAC,
      });
      common += result.common;
      agreeing += result.agreeing;
    }
    expect(common).toBeGreaterThan(35_000);

    expect(agreeing / common).toBeGreaterThan(0.99);
  });
});

const first = (bars: DailyBars, count: number): DailyBars => cutOf(bars, 0, count);
const tailOf = (bars: DailyBars, start: number): DailyBars => cutOf(bars, start, bars.close.length);

function cutOf(bars: DailyBars, start: number, end: number): DailyBars {
  return {
    symbol: bars.symbol,
    sessionDay: bars.sessionDay.subarray(start, end),
    open: bars.open.subarray(start, end),
    high: bars.high.subarray(start, end),
    low: bars.low.subarray(start, end),
    close: bars.close.subarray(start, end),
    volumeShares: bars.volumeShares.subarray(start, end),
  };
}

/** The closes in units of the close of one row. */
function unit(bars: DailyBars, row: number): DailyBars {
  const one = bars.close[row]!;
  return { ...bars, close: bars.close.map((price) => price / one) };
}
