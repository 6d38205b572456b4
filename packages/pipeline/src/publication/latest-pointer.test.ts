import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFixturePorts } from '../../test/fixture-ports.ts';
import {
  latestKey,
  loadLatest,
  loadPointer,
  loadPublished,
  movePointer,
  type LatestPointer,
} from './latest-pointer.ts';

const pointer = (sessionDate: string, revision: number): LatestPointer => ({
  sessionDate,
  revision,
  turn: revision,
  runId: `run-${sessionDate}-${revision}`,
  snapshotId: 's',
  publishedAtMs: 1,
  snapshots: { basic: 'b', pro: 'p', elite: 'e' },
  charts: {},
});
const rank = ({ sessionDate, revision }: LatestPointer): string =>
  `${sessionDate}#${String(revision).padStart(4, '0')}`;

describe('the latest pointer', () => {
  it('moves to a newer session or revision, and says no to an older one', async () => {
    const { items } = makeFixturePorts();
    expect(await loadPointer(items, 'NSE')).toBeUndefined();
    expect(await movePointer(items, 'NSE', pointer('2026-02-26', 2))).toBe(true);
    expect(await movePointer(items, 'NSE', pointer('2026-02-27', 1))).toBe(true);
    expect(await movePointer(items, 'NSE', pointer('2026-02-26', 3))).toBe(false);
    expect(await movePointer(items, 'NSE', pointer('2026-02-27', 1))).toBe(true);
    expect(await loadPointer(items, 'NSE')).toMatchObject({ sessionDate: '2026-02-27', revision: 1 });
    // What was published late is kept for those who have its address.
    expect(await loadPublished(items, 'NSE', '2026-02-26', 3)).toMatchObject({ revision: 3 });
  });

  it('is refused where a newer program wrote it, and is not moved', async () => {
    const { items } = makeFixturePorts();
    const item = { ...latestKey('NSE', 'POINTER'), v: 2, body: pointer('2026-02-27', 1) };
    await items.put(item);
    const newer = { code: 'corrupt', message: expect.stringContaining('a newer program wrote it') as string };
    await expect(loadPointer(items, 'NSE')).rejects.toMatchObject(newer);
    await expect(loadLatest(items, 'NSE')).rejects.toMatchObject(newer);
    await expect(movePointer(items, 'NSE', pointer('2026-02-28', 1))).rejects.toMatchObject(newer);
    expect(await items.get(item)).toMatchObject(item);
  });

  it('is read beside a newest run and newest bars that are damaged', async () => {
    const { items } = makeFixturePorts();
    await movePointer(items, 'NSE', pointer('2026-02-27', 1));
    await items.put({ ...latestKey('NSE', 'RUN'), v: 1, body: { id: 7 } });
    await items.put({ table: 'product', pk: 'LATEST#NSE', sk: 'BARS', v: 1, body: { lastSession: 'soon' } });
    const latest = await loadLatest(items, 'NSE');
    expect(latest.pointer).toMatchObject({ sessionDate: '2026-02-27' });
    expect([latest.run, latest.bars]).toEqual([undefined, undefined]);
    await items.put({ ...latestKey('NSE', 'READINESS'), v: 1, body: { asOfMs: 'now', object: 'x' } });
    await expect(loadLatest(items, 'NSE')).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('ends at the newest and never moves back, whatever comes at once and in which order', async () => {
    const day = fc.constantFrom('2026-02-25', '2026-02-26', '2026-02-27');
    const moves = fc.array(fc.tuple(day, fc.integer({ min: 1, max: 12 })), { minLength: 1, maxLength: 12 });
    const tally = { moved: 0, 'stayed, being older': 0, 'at once': 0 };
    await fc.assert(
      fc.asyncProperty(moves, fc.boolean(), async (list, atOnce) => {
        const { items } = makeFixturePorts();
        const pointers = list.map(([date, revision]) => pointer(date, revision));
        let seen = '';
        const move = async (next: LatestPointer): Promise<void> => {
          tally[(await movePointer(items, 'NSE', next)) ? 'moved' : 'stayed, being older']++;
          const now = rank((await loadPointer(items, 'NSE'))!);
          expect(now >= seen).toBe(true);
          seen = now;
        };
        if (atOnce) tally['at once']++;
        if (atOnce) await Promise.all(pointers.slice(0, 4).map(move));
        for (const next of pointers) await move(next);
        expect(seen).toBe(pointers.map(rank).sort().at(-1));
      }),
      { numRuns: 40 },
    );
    for (const [what, times] of Object.entries(tally)) expect(times, what).toBeGreaterThan(5);
  });
});
