import { fromEpochDay, makeRng, sha256Hex } from '@aion/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeFixturePorts } from '../../test/fixture-ports.ts';
import { hasRealData, realRows } from '../../test/real-data.ts';
import { type BarTable, sliceDailyBars, symbolRuns } from '../bars.ts';
import { loadCalendar } from '../calendar.ts';
import { adjustDaily } from '../actions/index.ts';
import { readDaily } from '../lake/read.ts';
import { validateIngest } from '../validation.ts';
import { isinAt, symbolAt } from './names.ts';
import { type SimulatedMarket, simulateMarket, storeSimulatedMarket } from './simulate-market.ts';

const OPTIONS = { symbols: 300, sessions: 300, asOf: '2026-02-27' };
const calendar = loadCalendar('NSE');

function hashOfTable(table: BarTable): string {
  const columns = [
    table.symbolIndex,
    table.sessionDay,
    table.open,
    table.high,
    table.low,
    table.close,
    table.volumeShares,
  ];
  return sha256Hex(columns.map((column) => sha256Hex(new Uint8Array(column.buffer))).join());
}

/** Sample autocorrelation at lag 1. */
function autocorrelation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  let [top, bottom] = [0, 0];
  values.forEach((value, i) => {
    bottom += (value - mean) ** 2;
    if (i > 0) top += (value - mean) * (values[i - 1]! - mean);
  });
  return top / bottom;
}

let market: SimulatedMarket;
beforeAll(() => {
  market = simulateMarket({ ...OPTIONS, rng: makeRng('test') });
});

describe('the simulated market', () => {
  it('is the same for the same seed and another for another', () => {
    const again = simulateMarket({ ...OPTIONS, rng: makeRng('test') });
    expect(hashOfTable(again.daily)).toBe(hashOfTable(market.daily));
    expect(hashOfTable(again.hourly)).toBe(hashOfTable(market.hourly));
    expect(hashOfTable(again.index)).toBe(hashOfTable(market.index));
    expect(again.actions).toEqual(market.actions);
    const other = simulateMarket({ ...OPTIONS, rng: makeRng('other') });
    expect(hashOfTable(other.daily)).not.toBe(hashOfTable(market.daily));
  });

  it('gives an instrument the same bars however many others there are', () => {
    const few = simulateMarket({ ...OPTIONS, symbols: 7, rng: makeRng('test') });
    const barsOf = ({ daily }: SimulatedMarket, wanted: string): number[] => {
      const run = symbolRuns(daily).find(({ symbol }) => symbol === wanted)!;
      const { close, sessionDay, volumeShares } = sliceDailyBars(daily, run.start, run.end);
      return [...close, ...sessionDay, ...volumeShares];
    };
    for (const { symbol } of few.instruments) expect(barsOf(few, symbol)).toEqual(barsOf(market, symbol));
  });

  it('passes INGEST without a single issue, in ticks of 0.05', () => {
    for (const table of [market.daily, market.hourly, market.index]) {
      const line = Int32Array.from(table.symbolIndex, (_, row) => row + 2);
      const parsed = { table, line, rows: line.length, defects: [], skippedBySeries: {}, notes: [] };
      const nowMs = Date.parse('2026-02-27T12:00:00Z');
      const checked = validateIngest(parsed, { calendar, nowMs, oneSession: false });
      expect(checked).toMatchObject({ kind: 'checked', defects: [], metrics: { duplicates: 0, good: line.length } });
    }
    const offTick = (price: number): boolean => Math.abs(price * 20 - Math.round(price * 20)) >= 1e-6;
    expect([...market.daily.low, ...market.hourly.high].filter(offTick)).toEqual([]);
  });

  it('has hourly bars that add up to the daily bar', () => {
    const { daily, hourly } = market;
    const bySession = new Map<string, number[]>();
    hourly.symbolIndex.forEach((index, row) => {
      const key = `${hourly.symbols[index]} ${hourly.sessionDay[row]}`;
      const rows = bySession.get(key);
      if (rows === undefined) bySession.set(key, [row]);
      else rows.push(row);
    });
    let checked = 0;
    daily.symbolIndex.forEach((index, row) => {
      const rows = bySession.get(`${daily.symbols[index]} ${daily.sessionDay[row]}`);
      if (rows === undefined) return;
      checked++;
      const of = (column: Float64Array): number[] => rows.map((hour) => column[hour]!);
      expect(hourly.open[rows[0]!]).toBe(daily.open[row]);
      expect(hourly.close[rows.at(-1)!]).toBe(daily.close[row]);
      expect(Math.max(...of(hourly.high))).toBe(daily.high[row]);
      expect(Math.min(...of(hourly.low))).toBe(daily.low[row]);
      expect(of(hourly.volumeShares).reduce((a, b) => a + b, 0)).toBe(daily.volumeShares[row]);
    });
    expect(checked).toBe(bySession.size);
    expect(checked).toBeGreaterThan(6000);
  });

  it('jumps in raw prices on the ex-date of a split and not in adjusted ones', () => {
    const splits = market.actions.filter(({ kind }) => kind === 'split_or_bonus');
    expect(splits.length).toBeGreaterThan(3);
    for (const split of splits) {
      const run = symbolRuns(market.daily).find(({ symbol }) => symbol === split.symbol)!;
      const raw = sliceDailyBars(market.daily, run.start, run.end);
      const adjusted = adjustDaily(raw, market.actions, split.exDay);
      const at = raw.sessionDay.indexOf(split.exDay);
      expect(raw.close[at]! / raw.close[at - 1]!).toBeLessThan(1.25 / split.value);
      expect(Math.abs(adjusted.close[at]! / adjusted.close[at - 1]! - 1)).toBeLessThan(0.25);
    }
  });

  it('has late listings, delistings and halts', () => {
    const last = market.daily.sessionDay.reduce((a, b) => Math.max(a, b));
    const runs = symbolRuns(market.daily).map(({ start, end }) => sliceDailyBars(market.daily, start, end));
    const first = Math.min(...runs.map(({ sessionDay }) => sessionDay[0]!));
    expect(runs.filter(({ sessionDay }) => sessionDay[0]! > first).length).toBeGreaterThan(10);
    expect(runs.filter(({ sessionDay }) => sessionDay.at(-1)! < last).length).toBeGreaterThan(2);
    const gaps = runs.filter(({ sessionDay }) => {
      const span = calendar.sessionsBetween(fromEpochDay(sessionDay[0]!), fromEpochDay(sessionDay.at(-1)!)).length;
      return span > sessionDay.length;
    });
    expect(gaps.length).toBeGreaterThan(3);
  });

  it('has fat tails, and volatility that clusters', () => {
    const long = simulateMarket({
      symbols: 40,
      sessions: 2500,
      asOf: '2026-02-27',
      rng: makeRng('long'),
      hourlySessions: 0,
    });
    const kurtoses: number[] = [];
    const clusters: number[] = [];
    for (const { start, end } of symbolRuns(long.daily)) {
      if (end - start < 1500) continue;
      const { symbol, ...bars } = sliceDailyBars(long.daily, start, end);
      const { close } = adjustDaily({ symbol, ...bars }, long.actions, 99_999);
      const moves = [...close].slice(1).map((price, i) => Math.log(price / close[i]!));
      const variance = moves.reduce((sum, move) => sum + move ** 2, 0) / moves.length;
      kurtoses.push(moves.reduce((sum, move) => sum + move ** 4, 0) / moves.length / variance ** 2);
      clusters.push(autocorrelation(moves.map(Math.abs)));
    }
    expect(kurtoses.length).toBeGreaterThan(20);
    const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
    expect(median(kurtoses)).toBeGreaterThan(3.5);
    expect(median(clusters)).toBeGreaterThan(0.03);
    expect(new Set(long.regimes)).toEqual(new Set(['bull', 'bear', 'range']));
  });

  it('invents symbols and identifiers: unique, and of the right form', () => {
    const symbols = Array.from({ length: 5000 }, (_, index) => symbolAt(index));
    expect(new Set(symbols).size).toBe(5000);
    for (const symbol of symbols) expect(symbol).toMatch(/^[A-Z][A-Z0-9]{5,11}$/);
    expect(new Set(symbols.map((_, index) => isinAt(index))).size).toBe(5000);
    for (const index of [0, 17, 4999]) expect(isinAt(index)).toMatch(/^ZZSIM\d{7}$/);
  });

  it.skipIf(!hasRealData)('uses no symbol of a listed company', () => {
    const real = new Set<string>();
    for (const name of ['nse_full_market_60d.csv.gz', 'nse_daily_raw.csv.gz']) {
      for (const row of realRows(name)) real.add(row.slice(0, row.indexOf(',')));
    }
    expect(real.size).toBeGreaterThan(2300);
    expect(Array.from({ length: 5000 }, (_, index) => symbolAt(index)).filter((symbol) => real.has(symbol))).toEqual(
      [],
    );
  });

  it('is stored whole in the lake', async () => {
    const ports = makeFixturePorts();
    const manifest = await storeSimulatedMarket(ports, 'NSE', market);
    expect(manifest.symbols).toHaveLength(300);
    const read = await readDaily(ports, manifest);
    expect([...read.values()].reduce((sum, bars) => sum + bars.close.length, 0)).toBe(market.daily.close.length);
  });

  it('refuses an as-of date that is no session', () => {
    const ask = () => simulateMarket({ ...OPTIONS, asOf: '2026-02-28', rng: makeRng('x') });
    expect(ask).toThrow(/2026-02-28 is no session/);
  });
});
