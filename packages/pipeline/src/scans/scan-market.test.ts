import { describe, expect, it } from 'vitest';
import { loadCalendar, type DailyBars } from '@aion/market';
import { NO_MEASURES } from '@aion/market/records';
import { loadScanSet, SCAN_REFERENCES, ScannerConfig, verdictOf } from '@aion/universe';
import { randomBars } from '../../../features/test/fixture-bars.ts';
import { makeFixturePorts } from '../../test/fixture-ports.ts';
import { panelReferences } from '../features/feature-panel.ts';
import { panelsIn, type Panel } from '../market/panel.ts';
import { makeRunMemory } from '../runner/run-memory.ts';
import { scanMarket } from './scan-market.ts';
import { scanStage } from '../stages/scan.ts';

const calendar = loadCalendar('NSE');
const DAYS = calendar.sessionDays.subarray(
  calendar.sessionDays.indexOf(20_511) - 299,
  calendar.sessionDays.indexOf(20_511) + 1,
);
const SESSION = '2026-02-27';
const barsOf = (symbol: string): DailyBars => ({ symbol, sessionDay: DAYS, ...randomBars(symbol, DAYS.length) });
const broken: DailyBars = {
  ...barsOf('BROKEN'),
  get open(): Float64Array {
    throw new Error('the column cannot be read');
  },
};

const panelOf = (daily: readonly DailyBars[]): Panel => ({
  sessionDay: 20_511,
  daily,
  index: [],
  hourly: new Map(),
  actions: new Map(),
  refuted: [],
  instruments: new Map([['AAA', { symbol: 'AAA', series: 'EQ', name: 'A Ltd', sector: 'Power' }]]),
  renames: [],
  refusedRenames: [],
  accepted: [],
  measures: NO_MEASURES,
});
const set = loadScanSet(ScannerConfig.parse({}));
const stopped = { ...barsOf('STOPPED'), sessionDay: DAYS.map((day) => day - 1) };
const daily = [barsOf('AAA'), barsOf('BBB'), broken, barsOf('HELD'), stopped];
const universe = {
  symbols: ['AAA'],
  rejected: [{ symbol: 'BBB', reason: 'illiquid', detail: '3 < 10' }],
};

describe('a scan of the market', () => {
  it('goes on when one symbol fails, and leaves out who was held back or did not trade', () => {
    const { screen, failed } = scanMarket(panelOf(daily), calendar, set, universe, new Set(['HELD']));
    expect(screen.table.symbols).toEqual(['AAA', 'BBB']);
    expect(failed).toEqual([{ symbol: 'BROKEN', reason: 'the column cannot be read' }]);
    const verdict = verdictOf(screen, 'pkscreener-like', 1);
    expect(verdict.reasons[0]).toEqual({ state: 'failed', title: 'Gates: Median turnover too small (3 < 10)' });
  });

  it('is the same whatever the order of the symbols', () => {
    const scan = (bars: readonly DailyBars[]) => scanMarket(panelOf(bars), calendar, set, universe, new Set()).screen;
    const [one, other] = [scan(daily), scan(daily.toReversed())];
    expect(other.table).toEqual(one.table);
    for (const [id, { rows }] of one.found) expect(other.found.get(id)!.rows).toEqual(rows);
  });
});

describe('a scan that compares with other series', () => {
  const names = ['AAA', 'BBB', 'CCC', 'ALONE'];
  const sectors: Record<string, string> = { AAA: 'Power', BBB: 'Power', CCC: 'Power', ALONE: 'Steel' };
  const panel: Panel = {
    ...panelOf(names.map(barsOf)),
    index: ['NIFTY50', 'INDIA_VIX', 'USDINR'].map(barsOf),
    instruments: new Map(
      names.map((symbol) => [symbol, { symbol, series: 'EQ', name: symbol, sector: sectors[symbol]! }]),
    ),
  };
  const own = (id: string, column: string) => ({
    ...{ id, title: id, meaning: `Reads ${column}.`, order: { column, first: 'highest' } },
    rule: { column, is: 'above', than: -1000 },
  });
  const reading = (columns: readonly string[]) =>
    loadScanSet(ScannerConfig.parse({ scans: columns.map((column, at) => own(`own-${at}`, column)) }));

  it('has the sector of each symbol, the index, its regime, volatility and currency', () => {
    const columns = ['rs_sector20', 'rs_index20', 'vix_beta60', 'fx_corr60', 'tf_week'];
    const { screen, failed } = scanMarket(panel, calendar, reading(columns), universe, new Set());
    expect(failed).toEqual([]);
    const matched = columns.map((_, at) => screen.found.get(`own-${at}`)!.rows.map((row) => screen.table.symbols[row]));
    // A sector of fewer than three shares is none.
    expect(matched[0]!.sort()).toEqual(['AAA', 'BBB', 'CCC']);
    for (const symbols of matched.slice(1)) expect(symbols.sort()).toEqual([...names].sort());
  });

  it('has every series that a scan may be loaded with, and no other', () => {
    const given = Object.keys(panelReferences(panel, calendar).of('AAA').on(DAYS));
    expect(given.sort()).toEqual([...SCAN_REFERENCES].sort());
  });
});

describe('the scan stage', () => {
  const many = Array.from({ length: 12 }, (_, i) => barsOf(`S${String(i).padStart(2, '0')}`));
  const symbols = many.map(({ symbol }) => symbol);
  const run = async (scanners: unknown, ports = makeFixturePorts(), inUniverse: readonly string[] = symbols) => {
    const market = { exchange: 'NSE', calendar, simulated: true };
    const memory = makeRunMemory();
    // The panel as another stage of the run has read it.
    panelsIn(memory).set(SESSION, { panel: panelOf(many), barsHash: 'bars', rows: 1 });
    const context = {
      ports: { ...ports, market, gateRules: { minMedianTurnover: 0 } } as never,
      memory,
      progress: () => undefined,
    };
    const config = ScannerConfig.parse(scanners);
    const input = {
      sessionDate: SESSION,
      barsHash: 'bars',
      heldBack: [],
      universe: { symbols: inUniverse, rejected: [] },
      scanners: config,
    };
    return { ports, ...(await scanStage.run(input, context)) };
  };
  const everything = (id: string, over: object = {}) => ({
    scans: [
      {
        id: 'everything',
        title: 'Everything',
        meaning: 'Every symbol of the market.',
        rule: { column: 'close', is: 'above', than: 0 },
        order: { column: 'close', first: 'highest' },
      },
    ],
    presets: [
      {
        id,
        title: 'All of it',
        meaning: 'Every symbol of the market.',
        any: ['everything'],
        order: { column: 'close', first: 'highest' },
        ...over,
      },
    ],
    universePreset: id,
  });

  it('leaves the universe as it is unless a preset is named', async () => {
    const { output } = await run({});
    expect(output.symbols).toEqual(symbols);
    expect(output.left).toEqual([]);
  });

  it('cuts it by a named preset, tells who was left out, and never adds a symbol that the gates kept out', async () => {
    const cut = await run(everything('top', { top: 3 }));
    expect(cut.output.symbols).toHaveLength(3);
    expect(cut.output.left).toHaveLength(9);
    expect(cut.output.left[0]).toMatchObject({ reason: 'not_in_preset', detail: 'preset top' });
    // The preset matches all twelve; the universe has two.
    const wide = await run(everything('wide', { gates: false }), makeFixturePorts(), ['S03', 'S07']);
    expect(wide.output.symbols).toEqual(['S03', 'S07']);
  });

  it('done again gives the same and publishes no alert twice', async () => {
    const first = await run({});
    const eventsOf = async () =>
      (await first.ports.items.query({ table: 'product', pk: 'EVENTS#NSE', prefix: 'PAGE#' })).items;
    const before = await eventsOf();
    expect(Number(first.figures['alerts'])).toBeGreaterThan(0);
    const objects = first.ports.objectMap.size;
    const again = await run({}, first.ports);
    expect(again.output).toEqual(first.output);
    expect(await eventsOf()).toEqual(before);
    expect(first.ports.objectMap.size).toBe(objects);
  });
});
