import { AppError, fromEpochDay, toEpochDay } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { makeFixturePorts } from '../../test/fixture-ports.ts';
import { flatBars } from '../../test/flat-bars.ts';
import { type DailyBars, toBarTable } from '../bars.ts';
import { commitBars } from './commit.ts';
import { describeManifest, readManifest } from './manifest.ts';
import { readDaily, readSymbol } from './read.ts';

/** Bars by their days. */
function bars(symbol: string, closes: Readonly<Record<string, number>>): DailyBars {
  const days = Object.keys(closes).sort();
  return flatBars(
    symbol,
    days,
    days.map((day) => closes[day]!),
  );
}

const TWO_YEARS = [
  bars('B', { '2023-12-28': 1, '2023-12-29': 2, '2024-01-01': 3 }),
  bars('A', { '2023-12-29': 10, '2024-01-01': 11 }),
];

describe('the lake', () => {
  it('keeps one object per year and gives each symbol back whole, oldest bar first', async () => {
    const ports = makeFixturePorts();
    const { manifest } = await commitBars(ports, 'NSE', 'daily', toBarTable(TWO_YEARS));
    expect(manifest.objects.map(({ partition, rows, symbolCount }) => [partition, rows, symbolCount])).toEqual([
      ['2023', 3, 2],
      ['2024', 2, 2],
    ]);
    expect(manifest.symbols).toEqual(['A', 'B']);
    expect(describeManifest(manifest)).toEqual({
      rows: 5,
      symbols: 2,
      sessions: 3,
      firstDay: toEpochDay('2023-12-28'),
      lastDay: toEpochDay('2024-01-01'),
    });
    const read = await readDaily(ports, await readManifest(ports, 'NSE'));
    expect([...read.keys()]).toEqual(['A', 'B']);
    expect([...read.get('B')!.close]).toEqual([1, 2, 3]);
    expect(Array.from(read.get('A')!.sessionDay, fromEpochDay)).toEqual(['2023-12-29', '2024-01-01']);
  });

  it('reads ranges of days and single symbols', async () => {
    const ports = makeFixturePorts();
    const { manifest } = await commitBars(ports, 'NSE', 'daily', toBarTable(TWO_YEARS));
    const day = toEpochDay('2023-12-29');
    const read = await readDaily(ports, manifest, { fromDay: day, toDay: day });
    expect([...read].map(([symbol, { close }]) => [symbol, ...close])).toEqual([
      ['A', 10],
      ['B', 2],
    ]);
    expect([...(await readSymbol(ports, manifest, 'B', { fromDay: day }))!.close]).toEqual([2, 3]);
    expect(await readSymbol(ports, manifest, 'C')).toBeUndefined();
  });

  it('shows an empty manifest before the first commit', async () => {
    const manifest = await readManifest(makeFixturePorts(), 'NSE');
    expect(describeManifest(manifest)).toEqual({ rows: 0, symbols: 0, sessions: 0, firstDay: null, lastDay: null });
    expect(manifest.version).toBe(0);
  });

  it('moves the manifest after the objects, so that a failed commit leaves the old bars in view', async () => {
    const ports = makeFixturePorts();
    await commitBars(ports, 'NSE', 'daily', toBarTable(TWO_YEARS));
    const before = await readManifest(ports, 'NSE');
    let objectsBefore = 0;
    ports.beforePut = () => {
      objectsBefore = ports.stored.size;
      throw new AppError('unavailable', 'power cut');
    };
    const more = toBarTable([bars('C', { '2024-01-02': 5 })]);
    await expect(commitBars(ports, 'NSE', 'daily', more)).rejects.toThrow('power cut');
    expect(objectsBefore).toBe(3);
    expect(await readManifest(ports, 'NSE')).toEqual(before);

    delete ports.beforePut;
    const { manifest } = await commitBars(ports, 'NSE', 'daily', more);
    const whole = makeFixturePorts();
    const expected = await commitBars(
      whole,
      'NSE',
      'daily',
      toBarTable([...TWO_YEARS, bars('C', { '2024-01-02': 5 })]),
    );
    expect(manifest.hash).toBe(expected.manifest.hash);
  });

  it('keeps a reader on the objects of the manifest it holds', async () => {
    const ports = makeFixturePorts();
    const { manifest } = await commitBars(ports, 'NSE', 'daily', toBarTable(TWO_YEARS));
    await commitBars(ports, 'NSE', 'daily', toBarTable([bars('B', { '2024-01-02': 4 })]));
    expect([...(await readSymbol(ports, manifest, 'B'))!.close]).toEqual([1, 2, 3]);
    expect([...(await readSymbol(ports, await readManifest(ports, 'NSE'), 'B'))!.close]).toEqual([1, 2, 3, 4]);
  });

  it('loses no bar when another import commits in between', async () => {
    const ports = makeFixturePorts();
    await commitBars(ports, 'NSE', 'daily', toBarTable(TWO_YEARS));
    let raced = false;
    const racing = { ...ports, items: { ...ports.items } };
    racing.items.transact = async (writes) => {
      if (!raced) {
        raced = true;
        await commitBars(ports, 'NSE', 'daily', toBarTable([bars('D', { '2024-01-02': 7 })]));
      }
      return ports.items.transact(writes);
    };
    await commitBars(racing, 'NSE', 'daily', toBarTable([bars('C', { '2024-01-02': 5 })]));
    expect((await readManifest(ports, 'NSE')).symbols).toEqual(['A', 'B', 'C', 'D']);
    expect((await readDaily(ports, await readManifest(ports, 'NSE'))).size).toBe(4);
  });

  it('counts stored bars, reports other values as conflicts, and replaces only when told to', async () => {
    const ports = makeFixturePorts();
    await commitBars(ports, 'NSE', 'daily', toBarTable(TWO_YEARS));
    const other = toBarTable([bars('B', { '2023-12-28': 1, '2023-12-29': 99, '2024-01-02': 4 })]);
    const kept = await commitBars(ports, 'NSE', 'daily', other);
    expect([...kept.storedRows]).toEqual([2]);
    expect([...kept.duplicateRows]).toEqual([0]);
    expect(kept.conflicts).toEqual([{ row: 1, storedClose: 2 }]);
    const replaced = await commitBars(ports, 'NSE', 'daily', other, { replace: true });
    expect([...replaced.storedRows]).toEqual([1]);
    expect(replaced.conflicts).toEqual([]);
    expect([...(await readSymbol(ports, replaced.manifest, 'B'))!.close]).toEqual([1, 99, 3, 4]);
  });

  it('shows the newest whole session of the very manifest that it is written with', async () => {
    const ports = makeFixturePorts();
    const shown = async () => (await ports.items.get({ table: 'product', pk: 'LATEST#NSE', sk: 'BARS' }))?.body;
    await commitBars(ports, 'NSE', 'daily', toBarTable(TWO_YEARS));
    expect(await shown()).toEqual({ lastSession: '2024-01-01' });
    await commitBars(
      ports,
      'NSE',
      'daily',
      toBarTable([bars('B', { '2024-01-02': 4 }), bars('A', { '2024-01-02': 4 })]),
    );
    expect(await shown()).toEqual({ lastSession: '2024-01-02' });
    ports.beforePut = (item) => {
      if (item.sk === 'BARS') throw new AppError('unavailable', 'power cut');
    };
    const before = await readManifest(ports, 'NSE');
    const more = toBarTable([bars('A', { '2024-01-03': 4 }), bars('B', { '2024-01-03': 4 })]);
    await expect(commitBars(ports, 'NSE', 'daily', more)).rejects.toThrow('power cut');
    expect(await readManifest(ports, 'NSE')).toEqual(before);
  });

  it('says so when the manifest was damaged', async () => {
    const ports = makeFixturePorts();
    const { manifest } = await commitBars(ports, 'NSE', 'daily', toBarTable(TWO_YEARS));
    await ports.items.put({
      table: 'product',
      pk: 'LAKE#NSE',
      sk: 'MANIFEST#daily',
      v: 1,
      body: { hash: manifest.hash },
    });
    await expect(readManifest(ports, 'NSE')).rejects.toThrow(
      /stored manifest of bars LAKE#NSE MANIFEST#daily cannot be read: market: .*restore a backup/,
    );
  });
});
