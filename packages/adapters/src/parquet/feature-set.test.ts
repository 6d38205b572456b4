import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeRng } from '@aion/core';
import { computeAsKnown, makeFeatureEngine, makeReferences, resolveColumns } from '@aion/features';
import { loadCalendar, simulateMarket, sliceDailyBars, symbolRuns, type DailyBars } from '@aion/market';
import { featureTableCodec } from './feature-codec.ts';
import { writeFeatureSet } from './feature-set.ts';

const root = mkdtempSync(join(tmpdir(), 'aion-feature-set-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const market = simulateMarket({
  rng: makeRng('feature-set'),
  symbols: 90,
  sessions: 300,
  asOf: '2026-02-27',
  hourlySessions: 0,
});
const instruments = symbolRuns(market.daily).map(({ start, end }) => sliceDailyBars(market.daily, start, end));
const columns = ['rsi14', 'smc_trend', 'tf_week', 'ema50'];
const set = (name: string, workers: number, bars: readonly DailyBars[] = instruments) =>
  writeFeatureSet({
    market: 'NSE',
    columns,
    actions: market.actions,
    references: {},
    folder: join(root, name),
    instruments: bars,
    workers,
  });
const filesOf = (name: string) => readdirSync(join(root, name)).sort();

describe('a set of features', () => {
  it('is the same whatever the order of the instruments and the number of threads, file by file', async () => {
    const one = await set('one', 1);
    const two = await set('two', 2, instruments.toReversed());
    expect(two).toEqual(one);
    expect(one.rows).toBe(market.daily.close.length);
    expect(filesOf('two')).toEqual(['features.json', 'part-00000.parquet', 'part-00001.parquet', 'part-00002.parquet']);
    for (const file of filesOf('one'))
      expect(readFileSync(join(root, 'one', file)).equals(readFileSync(join(root, 'two', file))), file).toBe(true);
  });

  it('holds at every bar what was known there, as other readers of Parquet see it', async () => {
    await set('read', 1);
    const { nodes } = resolveColumns(columns);
    const engine = makeFeatureEngine(nodes, columns);
    const references = makeReferences(loadCalendar('NSE'));
    const table = await featureTableCodec.decode(readFileSync(join(root, 'read', 'part-00001.parquet')));
    expect(table.names).toEqual(columns);
    for (const [place, symbol] of table.symbols.entries()) {
      const raw = instruments.find((bars) => bars.symbol === symbol)!;
      const values = computeAsKnown(engine, raw, { actions: market.actions, references });
      const rows = [...table.symbolIndex.keys()].filter((row) => table.symbolIndex[row] === place);
      expect(rows.map((row) => table.sessionDay[row])).toEqual([...raw.sessionDay]);
      for (const [at, name] of columns.entries())
        expect(rows.map((row) => table.columns[at]![row])).toEqual([...Float32Array.from(values[name]!)]);
    }
  });

  it('keeps what is the same for every instrument once per session', async () => {
    const index = instruments[3]!;
    const made = await writeFeatureSet({
      market: 'NSE',
      columns: ['rsi14', 'market_hmm_calm'],
      actions: [],
      references: { market_hmm_calm: index, market_hmm_normal: index, market_hmm_volatile: index },
      folder: join(root, 'market'),
      instruments,
      workers: 1,
    });
    const table = await featureTableCodec.decode(readFileSync(join(root, 'market', 'market.parquet')));
    expect(table.names).toEqual(['market_hmm_calm']);
    expect(made.market?.rows).toBe(new Set(instruments.flatMap(({ sessionDay }) => [...sessionDay])).size);
    const row = table.sessionDay.indexOf(index.sessionDay[20]!);
    expect(table.columns[0]![row]).toBe(Math.fround(index.close[20]!));
    expect((await featureTableCodec.decode(readFileSync(join(root, 'market', 'part-00000.parquet')))).names).toEqual([
      'rsi14',
    ]);
  });

  it('changes with one bar, and isolates an instrument that cannot be computed', async () => {
    const before = await set('before', 1);
    const close = instruments[5]!.close.slice();
    close[100]! += 0.05;
    const after = await set(
      'after',
      1,
      instruments.map((bars, at) => (at === 5 ? { ...bars, close } : bars)),
    );
    expect(after.contentHash).not.toBe(before.contentHash);
    const broken = instruments.map((bars, at) => (at === 7 ? { ...bars, close: bars.close.slice(1) } : bars));
    const rest = await set('rest', 2, broken);
    expect(rest.blocks.flatMap(({ failed }) => failed.map(({ symbol }) => symbol))).toEqual([instruments[7]!.symbol]);
    expect(rest.rows).toBe(before.rows - instruments[7]!.sessionDay.length);
  });
});
