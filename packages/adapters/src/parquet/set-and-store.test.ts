import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFrozenClock, makeRng, toEpochDay } from '@aion/core';
import { makeFeatureEngine, MARKET_COLUMNS, resolveColumns, type FeatureTable } from '@aion/features';
import { actionsBySymbol, loadCalendar, simulateMarket, sliceDailyBars, symbolRuns } from '@aion/market';
import { NO_MEASURES } from '@aion/market/records';
import { featuresOfPanel, panelSeries, type FeatureRecords, type Panel } from '@aion/pipeline';
import { makeFileObjectStore } from '../files/object-store.ts';
import { makeSqliteItemTable } from '../sqlite/item-table.ts';
import { openStateFile } from '../sqlite/state-file.ts';
import { featureTableCodec } from './feature-codec.ts';
import { writeFeatureSet } from './feature-set.ts';

const root = mkdtempSync(join(tmpdir(), 'aion-set-and-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const calendar = loadCalendar('NSE');
const sessionDay = toEpochDay('2026-02-27');
const market = simulateMarket({
  rng: makeRng('set-and-store'),
  symbols: 24,
  sessions: 300,
  asOf: '2026-02-27',
  hourlySessions: 0,
});
const series = (table: typeof market.daily) =>
  symbolRuns(table).map(({ start, end }) => sliceDailyBars(table, start, end));
const daily = series(market.daily);
const panel: Panel = {
  sessionDay,
  daily,
  index: series(market.index),
  hourly: new Map(),
  actions: actionsBySymbol(market.actions),
  refuted: [],
  instruments: new Map(market.instruments.map((one, at) => [one.symbol, { ...one, sector: at % 2 === 0 ? 'A' : 'B' }])),
  renames: [],
  refusedRenames: [],
  accepted: [],
  measures: NO_MEASURES,
};
const provenance = { source: 'test', url: '', fetchedMs: 0, sha256: '' };
const records: FeatureRecords = {
  macro: [],
  fundamentals: daily.slice(0, 3).map(({ symbol }) => ({
    ...{
      id: symbol,
      source: 'test',
      symbols: [symbol],
      provenance,
      redistributable: true,
      kind: 'fundamental' as const,
    },
    ...{
      eventMs: Date.UTC(2025, 8, 30),
      knownMs: Date.UTC(2025, 10, 1),
      currency: 'INR',
      metrics: { trailingEps: 12 },
    },
  })),
  texts: [],
  scorer: () => ({ score: 0, source: 'test' }),
};

it('the last session of a set is what the store has of that session, column by column and share by share', async () => {
  const { columns, nodes } = resolveColumns(['all']);
  const state = openStateFile(':memory:');
  const ports = {
    items: makeSqliteItemTable(state, makeFrozenClock(0)),
    objects: makeFileObjectStore(join(root, 'objects')),
    codec: featureTableCodec,
  };
  const { table } = await featuresOfPanel(ports, panel, calendar, makeFeatureEngine(nodes, columns), 'code', records);
  state.close();
  const { shared, ownOf } = panelSeries(panel, calendar, records);
  const made = await writeFeatureSet({
    market: 'NSE',
    columns,
    actions: market.actions,
    references: shared,
    ownReferences: ownOf,
    folder: join(root, 'set'),
    instruments: daily,
    workers: 2,
  });
  const parts: FeatureTable[] = [];
  for (const { file } of made.blocks) parts.push(await featureTableCodec.decode(readFileSync(join(root, 'set', file))));
  let compared = 0;
  for (const [row, symbol] of table.symbols.entries()) {
    const part = parts.find(({ symbols }) => symbols.includes(symbol))!;
    const place = part.symbols.indexOf(symbol);
    const last = part.symbolIndex.findLastIndex((index, at) => index === place && part.sessionDay[at] === sessionDay);
    for (const [at, name] of table.names.entries()) {
      if (MARKET_COLUMNS.has(name)) continue;
      const value = table.columns[at]![row]!;
      expect(part.columns[part.names.indexOf(name)]![last], `${symbol} ${name}`).toBe(Math.fround(value));
      if (!Number.isNaN(value)) compared++;
    }
  }
  expect(compared).toBeGreaterThan(3000);
  const figure = table.names.indexOf('rs_sector20');
  expect(table.columns[figure]!.some((value) => !Number.isNaN(value))).toBe(true);
});
