import { beforeEach, describe, expect, it } from 'vitest';
import { makeFrozenClock, makeRng, type ItemTable } from '@aion/core';
import { allSqliteItems } from '../sqlite/all-items.ts';
import { makeSqliteItemTable } from '../sqlite/item-table.ts';
import { openStateFile, type StateFile } from '../sqlite/state-file.ts';
import { makeThrottle, type Throttle } from './throttle.ts';

const NOW = Date.UTC(2026, 1, 27);
const HOUR = 3_600_000;
let clock: ReturnType<typeof makeFrozenClock>;
let state: StateFile;
let items: ItemTable;
let throttle: Throttle;
beforeEach(() => {
  clock = makeFrozenClock(NOW);
  state = openStateFile(':memory:');
  items = makeSqliteItemTable(state, clock, makeRng('throttle'));
  throttle = makeThrottle(items, clock);
});
const guess = (name = 'a@example.org') => throttle.begin('password', '198.51.100.7', name);
/** Of the address and of the pair, the greater first. */
const counts = async (): Promise<number[]> => {
  const found: number[] = [];
  for await (const { body } of allSqliteItems(state, clock.nowMs())) found.push(Number(body['count']));
  return found.sort((a, b) => b - a);
};

describe('the count of tries', () => {
  it('loses none of many at once', async () => {
    await Promise.all(Array.from({ length: 4 }, (_, i) => guess(`${i}@example.org`)));
    expect(await counts()).toEqual([4, 1, 1, 1, 1]);
  });

  it('goes back with a clock that is set back: a refused try is counted by neither, and a wait is no longer than it was', async () => {
    for (let i = 0; i < 5; i++) await guess();
    clock.set(NOW - HOUR);
    await expect(guess()).rejects.toMatchObject({ code: 'rate_limited', context: { waitMs: 1000 } });
    expect(await counts()).toEqual([5, 5]);
    clock.advance(1000);
    await guess();
    expect(await counts()).toEqual([6, 6]);
  });

  it('is taken back by a success also after the clock was set back', async () => {
    const first = await guess('b@example.org');
    await guess();
    clock.set(NOW - HOUR);
    await first.succeeded();
    expect(await counts()).toEqual([1, 1]);
  });

  it('asks who finds it taken by others all the time to wait a second', async () => {
    const busy: ItemTable = {
      ...items,
      async put(item, when) {
        await items.put({ ...item, body: { count: 0, atMs: NOW, untilMs: 0 } });
        return items.put(item, when);
      },
    };
    await expect(makeThrottle(busy, clock).begin('mail', '198.51.100.7', 'a@example.org')).rejects.toMatchObject({
      code: 'rate_limited',
      context: { waitMs: 1000 },
    });
  });
});
