import { beforeEach, describe, expect, it } from 'vitest';
import { EXCHANGES, type Exchange, toEpochDay } from '@aion/core';
import { commitBars, readDaily, readManifest, toBarTable, withOrigin } from '@aion/market';
import { flatBars } from '../../../market/test/flat-bars.ts';
import { makeFixturePorts, type FixturePorts } from '../../../market/test/fixture-ports.ts';
import { careForLake } from './care-for-series.ts';

const NOW = Date.UTC(2024, 2, 15, 12);
const GRACE_MS = 7 * 86_400_000;
let ports: FixturePorts;

const commit = (market: Exchange, symbol: string, days: readonly string[]) =>
  commitBars(ports, market, 'daily', withOrigin(toBarTable([flatBars(symbol, days)]), symbol), { replace: false });
const bars = async (market: Exchange) => readDaily(ports, await readManifest(ports, market, 'daily'));

beforeEach(async () => {
  ports = makeFixturePorts('2024-03-15T12:00:00Z');
  for (const market of EXCHANGES) {
    await commit(market, 'A', ['2021-12-31', '2022-01-03', '2022-12-30', '2023-01-02', '2024-01-02']);
    await commit(market, 'A', ['2024-02-01']);
    await commit(market, 'B', ['2024-02-01']);
  }
});

describe('the night of the lake', () => {
  it('cares for each series that holds bars, changes no bar, and finds nothing to do the next night', async () => {
    const before = await Promise.all(EXCHANGES.map(bars));
    const first = await careForLake(ports, { nowMs: NOW });
    expect(first.map(({ market, series }) => `${market} ${series}`)).toEqual(['NSE daily', 'US daily']);
    for (const care of first) {
      expect(care.compacted.length).toBeGreaterThan(0);
      expect(care.archived).toEqual([]);
    }
    expect(await Promise.all(EXCHANGES.map(bars))).toEqual(before);
    const second = await careForLake(ports, { nowMs: NOW });
    expect(second.map(({ compacted, archived }) => [compacted, archived])).toEqual([
      [[], []],
      [[], []],
    ]);
  });

  it('archives what ended before the year that is so many years ago, and only where it is asked to', async () => {
    for (const [years, partitions] of [
      [3, []],
      [2, ['2021']],
      [1, ['2022']],
    ] as const) {
      // What an earlier turn archived is not archived again.
      const done = await careForLake(ports, { nowMs: NOW, archiveAfterYears: years });
      for (const { archived } of done)
        expect(
          archived.map(({ partition }) => partition),
          String(years),
        ).toEqual(partitions);
    }
    // The newest years are read as before, and the archived ones are not taken for empty.
    for (const market of EXCHANGES) {
      const from = { fromDay: toEpochDay('2023-01-01') };
      const found = await readDaily(ports, await readManifest(ports, market, 'daily'), from);
      expect([...found.get('A')!.sessionDay]).toEqual(['2023-01-02', '2024-01-02', '2024-02-01'].map(toEpochDay));
      await expect(bars(market)).rejects.toMatchObject({ code: 'missing_data' });
    }
  });

  it('removes what nothing has referred to for seven days, not before', async () => {
    const sum = async (nowMs: number, field: 'removed' | 'waiting') =>
      (await careForLake(ports, { nowMs })).reduce((total, care) => total + care[field], 0);
    const waiting = await sum(NOW, 'waiting');
    expect(waiting).toBeGreaterThan(0);
    expect(await sum(NOW + GRACE_MS - 1, 'removed')).toBe(0);
    const before = await Promise.all(EXCHANGES.map(bars));
    expect(await sum(NOW + GRACE_MS + 1, 'removed')).toBe(waiting);
    expect(await Promise.all(EXCHANGES.map(bars))).toEqual(before);
    expect(await sum(NOW + 2 * GRACE_MS, 'removed')).toBe(0);
  });

  it('has nothing to say of a lake that holds nothing', async () => {
    ports = makeFixturePorts('2024-03-15T12:00:00Z');
    expect(await careForLake(ports, { nowMs: NOW, archiveAfterYears: 1 })).toEqual([]);
  });
});
