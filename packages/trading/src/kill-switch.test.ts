import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFrozenClock, type ItemTable, type Write } from '@aion/core';
import { makeSqliteItemTable } from '../../adapters/src/sqlite/item-table.ts';
import { openStateFile } from '../../adapters/src/sqlite/state-file.ts';
import { makeMemoryKillFile } from '../test/memory-kill-file.ts';
import { KILL_REPLICAS, readKillAudit, readKillItem, writeKillItems } from './kill-items.ts';
import { makeKillSwitch, type KillSwitch } from './kill-switch.ts';
import type { Kill, KillFile } from './kill.ts';

const AT_MS = Date.UTC(2026, 1, 27);
const on = { active: true, reason: 'a drill', by: 'operator' } as const;
const off = { ...on, active: false } as const;
const state = (active: boolean, atMs: number): Kill & { atMs: number } => ({
  active,
  reason: 'as it was',
  by: 'x',
  atMs,
});

interface Given {
  readonly file?: boolean | null;
  readonly items?: boolean;
}

/** A switch of which file (null: it is missing; undefined: the host has none) and items hold what is given. */
async function open({ file: inFile, items: inItems }: Given, wrap: (own: Ports) => Partial<Ports> = () => ({})) {
  const clock = makeFrozenClock(AT_MS);
  const items = makeSqliteItemTable(openStateFile(':memory:'), clock);
  const file = makeMemoryKillFile(typeof inFile === 'boolean' ? [state(inFile, 1)] : []);
  if (inItems !== undefined) await writeKillItems(items, state(inItems, inFile === inItems ? 1 : 2));
  const behind: string[] = [];
  const ports = { items, file, ...wrap({ items, file }) };
  const make = (): KillSwitch =>
    makeKillSwitch({
      items: ports.items,
      ...(inFile === undefined ? {} : { file: ports.file }),
      clock,
      pause: () => Promise.resolve(),
      onBehind: (problem) => behind.push(problem),
    });
  return { items, file, clock, behind, make, kill: make() };
}
interface Ports {
  readonly items: ItemTable;
  readonly file: KillFile;
}
const unreadable = <T>(): Promise<T> => Promise.reject(new Error('cannot be read'));
const everywhere = async (items: ItemTable): Promise<Set<boolean | undefined>> =>
  new Set(
    await Promise.all(
      Array.from({ length: KILL_REPLICAS }, async (_, replica) => (await readKillItem(items, replica))?.active),
    ),
  );

describe('a reading of the switch', () => {
  const FILE = { on: true, off: false, missing: null, unreadable: false, none: undefined } as const;
  const ITEMS = { on: true, off: false, absent: undefined, unreadable: undefined } as const;
  const cases = Object.keys(FILE).flatMap((file) => Object.keys(ITEMS).map((items) => [file, items] as const));

  it('is on where anything says so, and off only where all that must say so can be read and does', async () => {
    const seen = { on: 0, off: 0, unknown: 0 };
    for (const [fileIs, itemsAre] of cases as [keyof typeof FILE, keyof typeof ITEMS][]) {
      const { file, kill } = await open({ file: FILE[fileIs]!, items: ITEMS[itemsAre]! } as Given, ({ items }) =>
        itemsAre === 'unreadable' ? { items: { ...items, get: unreadable } } : {},
      );
      if (fileIs === 'unreadable') file.broken = new Error('a bad sector');
      // The definition: one "on" is enough. Of two places the items may be absent, being a mirror; a host without a file has them alone.
      const says = [fileIs, itemsAre] as const;
      const off =
        fileIs === 'none' ? itemsAre === 'off' : fileIs === 'off' && (itemsAre === 'off' || itemsAre === 'absent');
      const wanted = says.includes('on') ? 'on' : off ? 'off' : 'unknown';
      const found = await kill.read();
      expect(found, says.join(' ')).toMatchObject({ active: wanted !== 'off', known: wanted !== 'unknown' });
      expect(found.problem === null, says.join(' ')).toBe(found.known);
      seen[wanted]++;
    }
    expect(seen).toEqual({ on: 8, off: 3, unknown: 9 });
  });
});

describe('a change', () => {
  /** The order in which the places were written, and the switch on each step of the way as another process reads it. */
  async function steps(from: boolean, to: typeof on | typeof off) {
    const order: string[] = [];
    const readings: boolean[] = [];
    const opened = await open({ file: from, items: from }, ({ items, file }) => {
      const after = async (place: string): Promise<void> => {
        order.push(place);
        readings.push(
          (await makeKillSwitch({ items, file, clock: makeFrozenClock(AT_MS), pause: unreadable }).read()).active,
        );
      };
      return {
        items: { ...items, transact: async (writes) => (await items.transact(writes), after('items')) },
        file: { ...file, append: async (changes, seq) => (await file.append(changes, seq), after('file')) },
      };
    });
    await opened.kill.set(to);
    await opened.kill.settled();
    return { order, readings };
  }

  it('to on is committed to the file first and counts from then; to off to the items first, and counts from the last', async () => {
    expect(await steps(false, on)).toEqual({ order: ['file', 'items'], readings: [true, true] });
    expect(await steps(true, off)).toEqual({ order: ['items', 'file'], readings: [true, false] });
  });

  it.each([
    ['on', false, on],
    ['off', true, off],
  ] as const)(
    'to %s that ends at any write leaves the switch on, or as it was before the first',
    async (_, from, to) => {
      const left: boolean[] = [];
      for (let survives = 0; survives < 2; survives++) {
        let writes = 0;
        const dies = async (write: () => Promise<void>): Promise<void> => {
          if (writes++ >= survives) throw new Error('the process ended');
          await write();
        };
        const { make, items, file } = await open({ file: from, items: from }, ({ items: own, file: ownFile }) => ({
          items: { ...own, transact: (given) => dies(() => own.transact(given)) },
          file: { ...ownFile, append: (changes, after) => dies(() => ownFile.append(changes, after)) },
        }));
        await make()
          .set(to)
          .catch(() => undefined);
        const next = makeKillSwitch({ items, file, clock: makeFrozenClock(AT_MS), pause: unreadable });
        left.push((await next.read()).active);
        await next.reconcile();
        expect(await everywhere(items)).toEqual(new Set([left.at(-1)]));
        expect((await file.read()).active).toBe(left.at(-1));
      }
      expect(left).toEqual(to.active ? [false, true] : [true, true]);
    },
  );

  it('writes one entry of the audit, and of many in one millisecond each its own', async () => {
    const { kill, items } = await open({ items: false });
    for (const change of [on, off, on]) await kill.set(change);
    expect((await readKillAudit(items)).map(({ active }) => active)).toEqual([false, true, false, true]);
  });
});

describe('changes at once', () => {
  /** Begins when the scheduler says so. */
  const later =
    <A extends unknown[], T>(s: fc.Scheduler, work: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      await s.schedule(Promise.resolve());
      return work(...given);
    };

  /** Whatever order the reads and writes of many changes begin in; `heedless` ports write whatever the condition. */
  function turnedAtOnce(where: Given, heedless: boolean, seen: Record<string, number>): Promise<void> {
    const bare = (write: Write): Write =>
      write.kind === 'put' && write.when?.kind === 'rev' ? { kind: 'put', item: write.item } : write;
    return fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(fc.boolean(), { minLength: 2, maxLength: 5 }), async (s, turns) => {
        const { kill, items, clock } = await open({ ...where, items: false }, ({ items: own, file }) => ({
          items: {
            ...own,
            get: later(s, own.get),
            transact: later(s, (writes) => own.transact(heedless ? writes.map(bare) : writes)),
          },
          file: {
            ...file,
            head: later(s, file.head),
            append: later(s, (changes, after) => file.append(changes, heedless ? undefined : after)),
          },
        }));
        const asked: boolean[] = [];
        const results = Promise.allSettled(
          turns.map(async (active, i) => {
            await s.schedule(Promise.resolve());
            clock.advance(i % 2);
            asked.push(active);
            return kill.set(active ? on : off);
          }),
        );
        await s.waitFor(results);
        await s.waitFor(kill.settled());
        await s.waitFor(kill.reconcile());
        const { active, known } = await s.waitFor(kill.read());
        expect(known).toBe(true);
        expect(await everywhere(items)).toEqual(new Set([active]));
        const order = asked.at(-1) === true ? 'on after off' : 'off after on';
        if (order === 'on after off') expect(active).toBe(true);
        if (new Set(turns).size === 2) seen[order] = (seen[order] ?? 0) + 1;
        for (const [i, result] of (await results).entries()) {
          if (result.status === 'fulfilled') continue;
          seen['refused'] = (seen['refused'] ?? 0) + 1;
          expect([turns[i], result.reason]).toMatchObject([false, { code: 'conflict' }]);
        }
      }),
      // What is planted is rare, and ends at its first find.
      heedless ? { numRuns: 3000, endOnFailure: true } : { numRuns: 80 },
    );
  }

  it.each([{ file: false }, {}])('end in one state; an older off never undoes a newer on (%j)', async (where) => {
    const seen: Record<string, number> = { 'on after off': 0, 'off after on': 0, refused: 0 };
    await turnedAtOnce(where, false, seen);
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(8);
    await expect(turnedAtOnce(where, true, {})).rejects.toThrow(/Property failed/);
  });

  it('an off that was asked for before an on that only the items took does not undo it', async () => {
    let release: () => void = () => undefined;
    const { kill, file } = await open({ file: false, items: false }, ({ file: own }) => {
      const gate = new Promise<void>((resolve) => (release = resolve));
      return { file: { ...own, head: async () => (await gate, own.head()) } };
    });
    const older = kill.set(off);
    file.full = new Error('the disk is full');
    expect(await kill.set({ ...on, reason: 'a newer word' })).toMatchObject({ active: true, mirrored: true });
    file.full = undefined;
    release();
    await expect(older).rejects.toMatchObject({ code: 'conflict' });
    expect(await kill.read()).toMatchObject({ active: true, reason: 'a newer word' });
  });
});

describe('file and items that differ', () => {
  it('are brought together by the stricter, whichever place has it', async () => {
    const seen = { on: 0, off: 0 };
    for (const inFile of [true, false])
      for (const inItems of [true, false, undefined]) {
        const { kill, items, file } = await open({
          file: inFile,
          ...(inItems === undefined ? {} : { items: inItems }),
        });
        await kill.reconcile();
        const wanted = inFile || inItems === true;
        seen[wanted ? 'on' : 'off']++;
        expect([(await file.read()).active, ...(await everywhere(items))]).toEqual([wanted, wanted]);
        const before = [...file.held];
        await kill.reconcile();
        expect(file.held).toEqual(before);
      }
    expect(seen).toEqual({ on: 4, off: 2 });
  });

  it('are not told apart by a file that cannot be read: the items stay as they are', async () => {
    const { kill, items, file } = await open({ file: false, items: true });
    file.broken = new Error('a bad sector');
    await expect(kill.reconcile()).rejects.toThrow('a bad sector');
    expect(await everywhere(items)).toEqual(new Set([true]));
  });

  it('stay on when another home that says off is carried in while only the items say on', async () => {
    const { kill, items, file } = await open({ file: false });
    file.full = new Error('the disk is full');
    await kill.set(on);
    file.full = undefined;
    const theirs = state(false, AT_MS - 5);
    await kill.carry({ kill: theirs, history: [theirs] }, 'import-state');
    expect(await kill.read()).toMatchObject({ active: true, known: true, reason: on.reason });
    expect(await everywhere(items)).toEqual(new Set([true]));
    expect(await file.history()).toContainEqual(theirs);
  });
});
