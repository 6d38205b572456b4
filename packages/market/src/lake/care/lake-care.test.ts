import { AppError, toEpochDay } from '@aion/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { type FixturePorts, makeFixturePorts } from '../../../test/fixture-ports.ts';
import { flatBars } from '../../../test/flat-bars.ts';
import { toBarTable } from '../../bars.ts';
import { commitBars } from '../commit.ts';
import { readManifest } from '../manifest.ts';
import { withOrigin } from '../origins.ts';
import { readDaily, readTable } from '../read.ts';
import { archivable, archivePartitions, restorePartitions } from './archive.ts';
import { compactLake } from './compact.ts';
import { fragmentationReport } from './fragmentation.ts';
import { SWEEP_GRACE_MS, sweepLake } from './sweep.ts';
import { verifyLake } from './verify.ts';

const TODAY = toEpochDay('2024-03-15');
const DAY_MS = 86_400_000;
let ports: FixturePorts;
const manifest = () => readManifest(ports, 'NSE', 'daily');
const commit = (symbol: string, days: readonly string[], price = 10, replace = false) =>
  commitBars(ports, 'NSE', 'daily', withOrigin(toBarTable([flatBars(symbol, days, price)]), symbol), { replace });
const kinds = async () => (await manifest()).objects.map(({ kind, partition, rows }) => `${partition} ${kind} ${rows}`);

beforeEach(async () => {
  ports = makeFixturePorts();
  await commit('A', ['2023-12-28', '2023-12-29', '2024-01-01', '2024-01-02']);
  await commit('A', ['2024-02-01']);
  await commit('A', ['2024-03-01']);
  await commit('B', ['2024-02-01']);
});

describe('compaction', () => {
  it('joins the deltas of past months with the year, keeps those of this month, and changes neither bars, origins nor hash', async () => {
    const before = await manifest();
    const read = await readTable(ports, before, { provenance: true });
    expect(await kinds()).toEqual(['2023 base 2', '2024 base 2', '2024 delta 2', '2024 delta 1'].sort());
    const done = await compactLake(ports, 'NSE', 'daily', { today: TODAY });
    expect(done).toMatchObject([{ partition: '2024', objectsBefore: 2, objectsAfter: 1, rows: 4 }]);
    expect(await kinds()).toEqual(['2023 base 2', '2024 base 4', '2024 delta 1']);
    const after = await manifest();
    expect(after.hash).toBe(before.hash);
    expect(await readTable(ports, after, { provenance: true })).toEqual(read);
    expect(await readDaily(ports, before)).toEqual(await readDaily(ports, after));
    expect(await compactLake(ports, 'NSE', 'daily', { today: TODAY })).toEqual([]);
  });

  it('lets a delta that stays win over the base as before', async () => {
    await commit('A', ['2024-03-01'], 99, true);
    await commit('A', ['2024-01-02'], 77, true);
    const before = await readDaily(ports, await manifest());
    await compactLake(ports, 'NSE', 'daily', { today: TODAY });
    expect(await readDaily(ports, await manifest())).toEqual(before);
    expect(before.get('A')!.close.at(-1)).toBe(99);
    await compactLake(ports, 'NSE', 'daily', { today: TODAY, all: true });
    expect(await kinds()).toEqual(['2023 base 2', '2024 base 5']);
    expect(await readDaily(ports, await manifest())).toEqual(before);
  });

  it('changes nothing on a dry run, and loses no bar that is committed meanwhile', async () => {
    const before = await manifest();
    expect(await compactLake(ports, 'NSE', 'daily', { today: TODAY, dryRun: true })).toHaveLength(1);
    expect(await manifest()).toEqual(before);
    let raced = false;
    const racing = { ...ports, items: { ...ports.items } };
    racing.items.transact = async (writes) => {
      if (!raced) {
        raced = true;
        await commit('C', ['2024-01-02']);
      }
      return ports.items.transact(writes);
    };
    await compactLake(racing, 'NSE', 'daily', { today: TODAY });
    expect((await manifest()).symbols).toEqual(['A', 'B', 'C']);
    expect((await readDaily(ports, await manifest())).get('C')!.close).toHaveLength(1);
    expect((await verifyLake(ports, await manifest())).problems).toEqual([]);
  });
});

describe('the sweep', () => {
  const sweep = (nowMs: number, dryRun = false) => sweepLake(ports, 'NSE', 'daily', { nowMs, dryRun });

  it('removes what no manifest refers to, not before it was seen so for seven days', async () => {
    const old = await manifest();
    await compactLake(ports, 'NSE', 'daily', { today: TODAY });
    const first = await sweep(0);
    expect(first.removed).toEqual([]);
    // The joined base and delta, and the delta's first form, before the second symbol of its day came.
    expect(first.waiting).toBe(3);
    expect((await readDaily(ports, old)).size).toBe(2);
    expect((await sweep(SWEEP_GRACE_MS - 1)).removed).toEqual([]);
    expect((await sweep(SWEEP_GRACE_MS, true)).removed).toHaveLength(3);
    expect((await readDaily(ports, old)).size).toBe(2);
    expect((await sweep(SWEEP_GRACE_MS)).removed).toHaveLength(3);
    await expect(readDaily(ports, old)).rejects.toThrow('no object');
    expect((await verifyLake(ports, await manifest())).problems).toEqual([]);
    expect((await manifest()).doomed).toEqual([]);
    expect((await sweep(2 * SWEEP_GRACE_MS)).waiting).toBe(0);
  });

  it('starts the time of an object again when it is referred to meanwhile', async () => {
    const orphan = await ports.objects.put(
      'lake/bars/market=NSE/tf=1d/year=2024',
      new TextEncoder().encode('{}'),
      '.json',
    );
    await sweep(0);
    const before = await manifest();
    const borrowed = { ...before.objects[0]!, key: orphan.key };
    await ports.items.put({
      table: 'product',
      pk: 'LAKE#NSE',
      sk: 'MANIFEST#daily',
      v: 2,
      body: { ...(({ version: _v, ...body }) => body)(before), objects: [...before.objects, borrowed] },
    });
    await sweep(4 * DAY_MS);
    await ports.items.put({
      table: 'product',
      pk: 'LAKE#NSE',
      sk: 'MANIFEST#daily',
      v: 2,
      body: (({ version: _v, ...body }) => body)(before),
    });
    expect((await sweep(8 * DAY_MS)).removed).not.toContain(orphan.key);
    expect((await sweep(15 * DAY_MS)).removed).toContain(orphan.key);
  });

  it('never removes what a commit is just coming to need again', async () => {
    // The same bars as an object that is doomed: the commit would find it there and not write it.
    const twin = makeFixturePorts();
    const { manifest: wanted } = await commitBars(twin, 'NSE', 'daily', toBarTable([flatBars('Z', ['2024-03-05'])]));
    const [object] = wanted.objects;
    const delta = object!.key.replace('year=2024', 'delta/date=2024-03-05');
    ports.stored.set(delta, twin.stored.get(object!.key)!);
    await sweep(0);
    const deleting: string[] = [];
    const slow = {
      ...ports,
      objects: {
        ...ports.objects,
        delete: async (key: string) => {
          deleting.push(key);
          const bringing = commitBars(ports, 'NSE', 'daily', toBarTable([flatBars('Z', ['2024-03-05'])]));
          if (key === delta) await expect(bringing).rejects.toThrow(/a sweep is removing/);
          else await bringing.catch(() => 'refused as well');
          return ports.objects.delete(key);
        },
      },
    };
    await sweepLake(slow, 'NSE', 'daily', { nowMs: SWEEP_GRACE_MS });
    expect(deleting).toContain(delta);
    await commitBars(ports, 'NSE', 'daily', toBarTable([flatBars('Z', ['2024-03-05'])]));
    expect((await verifyLake(ports, await manifest())).problems).toEqual([]);
  });
});

describe('the archive', () => {
  it('takes whole old partitions; readers are told by name, or read them where they lie', async () => {
    const before = await manifest();
    const all = await readDaily(ports, before);
    expect(archivable(before, TODAY)).toEqual(['2023']);
    const [moved] = await archivePartitions(ports, 'NSE', 'daily', ['2023']);
    expect(moved!.key).toMatch(/^archive\/bars\/market=NSE\/tf=1d\/year=2023\//);
    const archived = await manifest();
    expect(archived.hash).toBe(before.hash);
    await expect(readDaily(ports, archived)).rejects.toThrow(
      /daily bars of 2023 are archived; bring them back with `aion lake restore/,
    );
    expect((await readDaily(ports, archived, { fromDay: toEpochDay('2024-01-01') })).size).toBe(2);
    expect(await readDaily(ports, archived, { archived: 'read' })).toEqual(all);
    await expect(commit('A', ['2023-12-28'], 5)).rejects.toThrow(/2023 are archived/);
    await restorePartitions(ports, 'NSE', 'daily', ['2023']);
    expect(await readDaily(ports, await manifest())).toEqual(all);
  });

  it('refuses what is in several objects, is not there or is archived already, before it touches anything', async () => {
    await expect(archivePartitions(ports, 'NSE', 'daily', ['2023', '2024'])).rejects.toThrow(/in 3 objects; run/);
    await expect(archivePartitions(ports, 'NSE', 'daily', ['2019'])).rejects.toThrow(
      /no partition 2019; they have 2023/,
    );
    expect((await manifest()).objects.some(({ archived }) => archived)).toBe(false);
    await expect(restorePartitions(ports, 'NSE', 'daily', ['2023'])).rejects.toThrow(/is not archived/);
  });

  it('does not bring back bytes that differ from what was archived', async () => {
    const [moved] = await archivePartitions(ports, 'NSE', 'daily', ['2023']);
    ports.stored.set(moved!.key, new TextEncoder().encode('{}'));
    await expect(restorePartitions(ports, 'NSE', 'daily', ['2023'])).rejects.toThrow(/was damaged/);
    expect((await manifest()).objects[0]!.archived).toBe(true);
  });
});

describe('the verification', () => {
  it('finds a changed bar, a lost row, a missing object and a wrong count', async () => {
    const whole = await verifyLake(ports, await manifest());
    expect(whole).toMatchObject({ objects: 4, rows: 7, problems: [] });
    const { objects, ...rest } = await manifest();
    const key = objects[1]!.key;
    const bytes = ports.stored.get(key)!;
    const text = new TextDecoder().decode(bytes);
    const changed = new TextEncoder().encode(text.replace('"close":[12', '"close":[13'));
    ports.stored.set(key, changed);
    expect((await verifyLake(ports, { ...rest, objects })).problems.join()).toMatch(/was damaged/);
    // Somebody who writes an object of other bars and points the manifest to it.
    const other = await ports.objects.put(key.slice(0, key.lastIndexOf('/')), changed, '.json');
    const swapped = objects.map((object, i) => (i === 1 ? { ...object, ...other } : object));
    expect((await verifyLake(ports, { ...rest, objects: swapped })).problems.join()).toMatch(/the bars have the sum/);
    ports.stored.delete(key);
    expect((await verifyLake(ports, { ...rest, objects })).problems.join()).toMatch(/no object/);
    ports.stored.set(key, bytes);
    const fewer = objects.map((object, i) => (i === 1 ? { ...object, rows: object.rows + 1 } : object));
    expect((await verifyLake(ports, { ...rest, objects: fewer })).problems.join()).toMatch(/rows, the manifest says/);
    const sessionBars = rest.sessionBars.map((bars_) => bars_ + 1);
    expect((await verifyLake(ports, { ...rest, objects, sessionBars })).problems.join()).toMatch(/number of bars/);
  });
});

describe('the report on fragments', () => {
  it('counts objects, small ones, overlaps, what is superseded and what nothing refers to', async () => {
    await commit('A', ['2024-01-02'], 55, true);
    expect(await fragmentationReport(ports, await manifest())).toMatchObject({
      objects: 5,
      rows: 7,
      supersededRows: 1,
      unreferenced: 1,
      partitions: [
        { partition: '2023', objects: 1, deltas: 0, rows: 2 },
        { partition: '2024', objects: 4, deltas: 3, rows: 6, smallObjects: 4, overlapping: 1 },
      ],
    });
  });
});

it('a failing power leaves either the old lake or the new one, at whichever step it goes', async () => {
  const reference = makeFixturePorts();
  const run = async (on: FixturePorts): Promise<void> => {
    const put = (symbol: string, days: readonly string[], price: number, replace: boolean) =>
      commitBars(on, 'NSE', 'daily', toBarTable([flatBars(symbol, days, price)]), { replace });
    await put('A', ['2023-12-29', '2024-01-01', '2024-01-02'], 1, false);
    await put('A', ['2024-01-03'], 5, false);
    await put('A', ['2024-01-01'], 9, true);
    await compactLake(on, 'NSE', 'daily', { today: TODAY });
    await archivePartitions(on, 'NSE', 'daily', ['2023']);
    await sweepLake(on, 'NSE', 'daily', { nowMs: 0 });
    await sweepLake(on, 'NSE', 'daily', { nowMs: SWEEP_GRACE_MS });
  };
  const states = new Set<string>();
  const watching = makeFixturePorts();
  const transact = watching.items.transact;
  watching.items.transact = async (writes) => {
    await transact(writes);
    states.add((await readManifest(watching, 'NSE')).hash);
  };
  await run(watching);
  states.add((await readManifest(reference, 'NSE')).hash);
  let steps = 0;
  for (let failAt = 1; ; failAt++) {
    const on = makeFixturePorts();
    let step = 0;
    const power =
      <A extends unknown[], R>(work: (...args: A) => Promise<R>, after: boolean) =>
      async (...args: A): Promise<R> => {
        step++;
        if (step === failAt && !after) throw new AppError('unavailable', 'power cut');
        const result = await work(...args);
        step++;
        if (step === failAt && after) throw new AppError('unavailable', 'power cut');
        return result;
      };
    const cut: FixturePorts = {
      ...on,
      items: {
        ...on.items,
        transact: power(on.items.transact, failAt % 2 === 0),
        put: power(on.items.put, failAt % 2 === 0),
      },
      objects: {
        ...on.objects,
        put: power(on.objects.put, failAt % 2 === 0),
        delete: power(on.objects.delete, failAt % 2 === 0),
      },
    };
    const failed = await run(cut).then(
      () => false,
      () => true,
    );
    const now = await readManifest(on, 'NSE');
    expect(states).toContain(now.hash);
    expect((await verifyLake(on, now)).problems).toEqual([]);
    if (!failed) break;
    steps++;
    // And the work can be done again on what was left.
    await sweepLake(on, 'NSE', 'daily', { nowMs: 3 * SWEEP_GRACE_MS });
    await run(on).catch((error: unknown) => expect(String(error)).toMatch(/archived/));
    await commitBars(on, 'NSE', 'daily', toBarTable([flatBars('A', ['2024-01-04'])]));
    const again = await readManifest(on, 'NSE');
    expect((await verifyLake(on, again)).problems).toEqual([]);
    expect(again.doomed).toEqual([]);
  }
  expect(steps).toBeGreaterThan(20);
});
