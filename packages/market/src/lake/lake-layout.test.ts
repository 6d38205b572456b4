import { fromEpochDay, toEpochDay } from '@aion/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FixturePorts, makeFixturePorts } from '../../test/fixture-ports.ts';
import { type BarTable, type DailyBars, toBarTable } from '../bars.ts';
import { takeRows } from '../table-order.ts';
import { commitBars } from './commit.ts';
import { makeContentSum } from './content-sum.ts';
import { manifestKey, readManifest } from './manifest.ts';
import { saveOrigin, loadOrigin, withOrigin } from './origins.ts';
import { readDaily, readTable } from './read.ts';

const DAY = toEpochDay('2024-03-01');

/** Bars of some symbols on the days from DAY on, each value telling symbol and day. */
function table(symbols: readonly string[], days: readonly number[], shift = 0): BarTable {
  const make = (symbol: string): DailyBars => {
    const price = Float64Array.from(days, (day) => symbol.charCodeAt(0) * 1000 + day + shift);
    return {
      symbol,
      sessionDay: Int32Array.from(days, (day) => DAY + day),
      open: price,
      high: price,
      low: price,
      close: price,
      volumeShares: price,
    };
  };
  return toBarTable(symbols.map(make));
}
const days = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
const commit = (ports: FixturePorts, bars: BarTable, replace = false) =>
  commitBars(ports, 'NSE', 'daily', bars, { replace });

describe('the layout of the lake', () => {
  it('stores a new day as one small object beside the year, and reads nothing for it', async () => {
    const ports = makeFixturePorts();
    await commit(ports, table(['A', 'B'], days(0, 20)));
    const read: string[] = [];
    const watched = {
      ...ports,
      objects: { ...ports.objects, get: (key: string) => (read.push(key), ports.objects.get(key)) },
    };
    const { manifest } = await commitBars(watched, 'NSE', 'daily', table(['A', 'B'], [20]));
    expect(read).toEqual([]);
    expect(manifest.objects.map(({ kind, partition, rows }) => [kind, partition, rows])).toEqual([
      ['base', '2024', 40],
      ['delta', '2024', 2],
    ]);
    expect(manifest.objects[1]!.key).toMatch(
      /^lake\/bars\/market=NSE\/tf=1d\/delta\/date=2024-03-21\/[0-9a-f]{64}\.json$/,
    );
    expect(manifest.objects[0]!.key).toMatch(/^lake\/bars\/market=NSE\/tf=1d\/year=2024\//);
    expect((await readDaily(ports, manifest)).get('B')!.close).toHaveLength(21);
  });

  it('keeps one object for a day that comes in parts, and rewrites the year when many days come at once', async () => {
    const ports = makeFixturePorts();
    await commit(ports, table(['A'], days(0, 10)));
    await commit(ports, table(['A'], [10]));
    const parts = await commit(ports, table(['B', 'C'], [10]));
    expect(parts.manifest.objects.map(({ kind, rows }) => [kind, rows])).toEqual([
      ['base', 10],
      ['delta', 3],
    ]);
    const many = await commit(ports, table(['B'], days(0, 6)));
    expect(many.manifest.objects.map(({ kind, rows }) => [kind, rows])).toEqual([['base', 19]]);
  });

  it('never has more than 64 deltas beside a year, also when nobody compacts', async () => {
    const ports = makeFixturePorts();
    await commit(ports, table(['A'], [0]));
    for (const day of days(1, 70)) await commit(ports, table(['A'], [day]));
    const { objects } = await readManifest(ports, 'NSE');
    expect(objects.filter(({ kind }) => kind === 'delta').length).toBeLessThanOrEqual(64);
    expect([...(await readDaily(ports, await readManifest(ports, 'NSE'))).get('A')!.sessionDay]).toHaveLength(71);
  });

  it('gives the later bar where a delta replaced one of the year', async () => {
    const ports = makeFixturePorts();
    await commit(ports, table(['A', 'B'], days(0, 10)));
    const kept = await commit(ports, table(['A'], [4], 7));
    expect(kept.conflicts).toHaveLength(1);
    const { manifest } = await commit(ports, table(['A'], [4], 7), true);
    const bars = await readDaily(ports, manifest);
    expect(bars.get('A')!.close[4]).toBe(65_000 + 4 + 7);
    expect(bars.get('A')!.close).toHaveLength(10);
    expect([...manifest.sessionBars]).toEqual(Array.from({ length: 10 }, () => 2));
  });

  it('has one hash for the same bars, in whatever order and parts they were committed', async () => {
    const whole = table(['A', 'B', 'C'], days(0, 12));
    const once = makeFixturePorts();
    const expected = (await commit(once, whole)).manifest;
    const piece = fc.tuple(fc.integer({ min: 0, max: 11 }), fc.integer({ min: 0, max: 2 }));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), fc.boolean(), async (pieces, wrongFirst) => {
        const ports = makeFixturePorts();
        if (wrongFirst) await commit(ports, table(['B'], days(3, 2), 5));
        for (const [day, symbol] of pieces) await commit(ports, table([['A', 'B', 'C'][symbol]!], [day]), wrongFirst);
        const { manifest } = await commit(ports, whole, true);
        expect(manifest.hash).toBe(expected.hash);
        expect([...manifest.sessionBars]).toEqual([...expected.sessionBars]);
        const read = await readTable(ports, manifest);
        expect([...read.close]).toEqual([...whole.close]);
      }),
      { numRuns: 40 },
    );
    const other = await commit(makeFixturePorts(), table(['A', 'B', 'C'], days(0, 12), 0.05));
    expect(other.manifest.hash).not.toBe(expected.hash);
  });

  it('opens a lake of the first version: reads it, adds to it, and has the hash of a new one', async () => {
    const ports = makeFixturePorts();
    const { manifest } = await commit(ports, table(['A', 'B'], days(0, 8)));
    const [base] = manifest.objects;
    const { partition: _p, kind: _k, turn: _t, ...object } = base!;
    const { sessionDays, sessionBars, symbols } = manifest;
    const body = {
      market: 'NSE',
      series: 'daily',
      hash: 'as the first version had it',
      objects: [{ ...object, year: 2024, sessionDays, sessionBars }],
      symbols,
    };
    await ports.items.put({ ...manifestKey('NSE', 'daily'), v: 1, body });
    const old = await readManifest(ports, 'NSE');
    expect(old.hash).toBe('as the first version had it');
    expect((await readDaily(ports, old)).get('B')!.close).toHaveLength(8);
    const added = await commit(ports, table(['A', 'B'], [8]));
    const fresh = await commit(makeFixturePorts(), table(['A', 'B'], days(0, 9)));
    expect(added.manifest.hash).toBe(fresh.manifest.hash);
  });
});

describe('the sum over the content', () => {
  it('differs for every change of a single value, and taking a bar away undoes adding it', () => {
    const bars = table(['A', 'B'], days(0, 50));
    const sumOf = (of: BarTable): string => {
      const sum = makeContentSum();
      sum.add(of);
      return sum.hex();
    };
    const seen = new Set([sumOf(bars)]);
    for (const column of ['open', 'high', 'low', 'close', 'volumeShares'] as const) {
      for (let row = 0; row < 100; row++) {
        const changed = { ...bars, [column]: bars[column].with(row, bars[column][row]! + 0.05) };
        seen.add(sumOf(changed));
      }
    }
    seen.add(sumOf({ ...bars, symbols: ['A', 'C'] }));
    seen.add(sumOf({ ...bars, sessionDay: bars.sessionDay.with(0, 1) }));
    expect(seen.size).toBe(503);
    const sum = makeContentSum(sumOf(bars));
    sum.add(bars, Int32Array.of(3, 7), -1);
    const rest = takeRows(
      bars,
      bars.symbolIndex.map((_, row) => row).filter((row) => row !== 3 && row !== 7),
    );
    expect(sum.hex()).toBe(sumOf(rest));
  });
});

describe('where bars came from', () => {
  it('stays with each bar through deltas, rewriting and replacing, and changes no hash', async () => {
    const ports = makeFixturePorts();
    const ids = await Promise.all(
      ['one.csv', 'two.csv'].map((name) =>
        saveOrigin(ports.items, 'NSE', { source: 'upload', name, sha256: name, importedMs: 5 }),
      ),
    );
    await commit(ports, withOrigin(table(['A', 'B'], days(0, 10)), ids[0]!));
    await commit(ports, withOrigin(table(['A'], [2], 1), ids[1]!), true);
    await commit(ports, withOrigin(table(['B'], days(8, 8)), ids[1]!));
    const manifest = await readManifest(ports, 'NSE');
    const read = await readTable(ports, manifest, { provenance: true });
    const originOf = (symbol: string, day: number): string => {
      const row = read.sessionDay.findIndex(
        (at, i) => at === DAY + day && read.symbols[read.symbolIndex[i]!] === symbol,
      );
      return read.provenance!.ids[read.provenance!.index[row]!]!;
    };
    expect([originOf('A', 1), originOf('A', 2), originOf('B', 9), originOf('B', 15)]).toEqual([
      ids[0],
      ids[1],
      // The second file gave the same values: the first that gave them is named.
      ids[0],
      ids[1],
    ]);
    expect(await loadOrigin(ports.items, 'NSE', ids[1]!)).toMatchObject({ name: 'two.csv', source: 'upload' });
    const plain = makeFixturePorts();
    await commit(plain, table(['A', 'B'], days(0, 10)));
    await commit(plain, table(['A'], [2], 1), true);
    expect((await commit(plain, table(['B'], days(8, 8)))).manifest.hash).toBe(manifest.hash);
    expect(fromEpochDay(read.sessionDay[0]!)).toBe('2024-03-01');
  });
});
