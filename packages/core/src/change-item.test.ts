import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeSqliteItemTable } from '../../adapters/src/sqlite/item-table.ts';
import { openStateFile } from '../../adapters/src/sqlite/state-file.ts';
import { changeItem, type ChangeOptions } from './change-item.ts';
import { AppError } from './errors.ts';
import { makeFrozenClock } from './ports/clock.ts';
import type { ItemTable, StoredItem } from './ports/item-table.ts';
import { makeRng } from './ports/rng.ts';
import { makeStandBack } from './ports/stand-back.ts';

const KEY = { table: 'product', pk: 'COUNTER', sk: 'A' } as const;
const AUDIT = { table: 'product', pk: 'COUNTER', sk: 'AUDIT' } as const;
const OPTIONS: ChangeOptions = { what: 'the counter' };
const nOf = (found: StoredItem | undefined): number => Number(found?.body['n'] ?? 0);
const addOne = (found: StoredItem | undefined) => ({
  item: { v: 1, body: { n: nOf(found) + 1 } },
  result: nOf(found) + 1,
});

let pauses: number[];
let items: ItemTable;
beforeEach(() => {
  pauses = [];
  const clock = { ...makeFrozenClock(0), pause: async (ms: number) => void pauses.push(ms) };
  items = makeSqliteItemTable(openStateFile(':memory:'), clock, makeRng('change-item'));
});

/** The table as one sees it whom others beat to it so many times. */
function beaten(times: number): ItemTable {
  let left = times;
  const beat = async (): Promise<void> => {
    if (left-- > 0) await items.put({ ...KEY, v: 1, body: { n: nOf(await items.get(KEY)) + 10 } });
  };
  return {
    ...items,
    put: async (item, when) => (await beat(), items.put(item, when)),
    transact: async (writes) => (await beat(), items.transact(writes)),
  };
}

describe('a change of an item', () => {
  it('is written on what was found, and waits for nobody where nobody else writes', async () => {
    expect(await changeItem(items, KEY, addOne, OPTIONS)).toBe(1);
    expect(await changeItem(items, KEY, addOne, OPTIONS)).toBe(2);
    expect(await items.get(KEY)).toEqual({ ...KEY, v: 1, rev: 2, body: { n: 2 } });
    expect(pauses).toEqual([]);
  });

  it('that came second is decided again on what is there then, after standing back', async () => {
    expect(await changeItem(beaten(2), KEY, addOne, OPTIONS)).toBe(21);
    expect(nOf(await items.get(KEY))).toBe(21);
    expect(pauses).toHaveLength(2);
  });

  it('writes nothing where there is nothing to do, also when others write meanwhile', async () => {
    await items.put({ ...KEY, v: 1, body: { n: 5 } });
    expect(await changeItem(beaten(9), KEY, (found) => ({ result: nOf(found) }), OPTIONS)).toBe(5);
    expect(await items.get(KEY)).toMatchObject({ rev: 1, body: { n: 5 } });
  });

  it('ends after its attempts with an error that says what to do and leaves what others wrote', async () => {
    const options = { ...OPTIONS, attempts: 4, advice: 'look at it first' };
    await expect(changeItem(beaten(Infinity), KEY, addOne, options)).rejects.toMatchObject({
      code: 'conflict',
      retryable: true,
      message: 'the counter is being changed by others: each of 4 tries came second; look at it first',
      context: { attempts: 4 },
      cause: { code: 'conflict' },
    });
    expect(nOf(await items.get(KEY))).toBe(40);
    expect(pauses).toHaveLength(3);
  });

  it('keeps its key whatever the item says', async () => {
    await changeItem(items, KEY, () => ({ item: { ...AUDIT, v: 1, body: {} }, result: undefined }), OPTIONS);
    expect(await items.get(KEY)).toBeDefined();
    expect(await items.get(AUDIT)).toBeUndefined();
  });

  it('takes with it what is written beside it, all or none', async () => {
    const audited = (found: StoredItem | undefined) => ({
      ...addOne(found),
      also: [{ kind: 'put', item: { ...AUDIT, v: 1, body: { n: nOf(found) + 1 } }, when: { kind: 'absent' } }] as const,
    });
    expect(await changeItem(beaten(1), KEY, audited, OPTIONS)).toBe(11);
    expect(nOf(await items.get(AUDIT))).toBe(11);
    const left = await items.get(KEY);
    await expect(changeItem(items, KEY, audited, { ...OPTIONS, attempts: 2 })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await items.get(KEY)).toEqual(left);
  });

  it('is given up at once when it cannot win, with the words of whoever asked', async () => {
    const late = new AppError('unauthenticated', 'too late');
    const options = { ...OPTIONS, giveUp: ({ context }: AppError) => (context['failed'] ? late : undefined) };
    await expect(changeItem(beaten(1), KEY, addOne, options)).rejects.toBe(late);
    expect(pauses).toEqual([]);
  });

  it('ends with whatever it throws itself, also a conflict, and with any other failure of the table', async () => {
    let asked = 0;
    const refuse = (): never => {
      asked++;
      throw new AppError('conflict', 'archived already', { retryable: true });
    };
    await expect(changeItem(items, KEY, refuse, OPTIONS)).rejects.toThrow('archived already');
    expect(asked).toBe(1);
    const broken = { ...items, put: () => Promise.reject(new AppError('unavailable', 'power cut')) };
    await expect(changeItem(broken, KEY, addOne, OPTIONS)).rejects.toThrow('power cut');
    expect(pauses).toEqual([]);
  });

  it('is lost by none of many writers at once', async () => {
    let conflicts = 0;
    const counting: ItemTable = { ...items, standBack: async (lost) => (conflicts++, items.standBack(lost)) };
    const writers = 12;
    const each = 5;
    const write = async (): Promise<void> => {
      for (let i = 0; i < each; i++) await changeItem(counting, KEY, addOne, { ...OPTIONS, attempts: 1000 });
    };
    await Promise.all(Array.from({ length: writers }, write));
    expect(nOf(await items.get(KEY))).toBe(writers * each);
    expect((await items.get(KEY))?.rev).toBe(writers * each);
    // They did meet.
    expect(conflicts).toBeGreaterThan(writers);
  });

  it('would be lost by two that write without looking: the planted violation', async () => {
    const careless = async (): Promise<void> => {
      const found = await items.get(KEY);
      await items.put({ ...KEY, ...addOne(found).item });
    };
    await Promise.all([careless(), careless()]);
    expect(nOf(await items.get(KEY))).toBe(1);
  });
});

describe('standing back', () => {
  const bounds = { firstMs: 4, longestMs: 120 };

  it('lasts by chance up to a bound that doubles with each lost race and then stays', async () => {
    let [cases, capped, short] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.integer({ min: 1, max: 40 }), async (seed, lost) => {
        const waited: number[] = [];
        const clock = { ...makeFrozenClock(0), pause: async (ms: number) => void waited.push(ms) };
        await makeStandBack(clock, makeRng(seed), bounds)(lost);
        const bound = Math.min(120, 4 * 2 ** (lost - 1));
        expect(waited).toEqual([makeRng(seed).next() * bound]);
        expect(waited[0]).toBeLessThan(bound);
        cases++;
        if (bound === 120) capped++;
        if (waited[0]! < bound / 2) short++;
      }),
      { numRuns: 300 },
    );
    expect(cases).toBe(300);
    expect(capped).toBeGreaterThan(100);
    // Full jitter: as often short as long.
    expect(short).toBeGreaterThan(90);
    expect(short).toBeLessThan(210);
  });

  it('parts two that met: with their own chance they come back at different times', async () => {
    const waits = async (seed: string): Promise<number[]> => {
      const waited: number[] = [];
      const clock = { ...makeFrozenClock(0), pause: async (ms: number) => void waited.push(ms) };
      const standBack = makeStandBack(clock, makeRng(seed), bounds);
      for (let lost = 1; lost <= 6; lost++) await standBack(lost);
      return waited;
    };
    const [one, other] = [await waits('one process'), await waits('another')];
    expect(new Set([...one, ...other]).size).toBe(12);
  });
});
