import { describe, expect, it } from 'vitest';
import { makeFrozenClock, type ItemTable } from '@aion/core';
import { makeSqliteItemTable } from '../../adapters/src/sqlite/item-table.ts';
import { openStateFile } from '../../adapters/src/sqlite/state-file.ts';
import { flagHistory, listFlags, parseFlag, requireFlag, setFlag } from './feature-flags.ts';

const clock = makeFrozenClock(1_772_000_000_000);
const off = { on: false, reason: 'the file of today is wrong', by: 'ops' };
const makeItems = (): ItemTable => makeSqliteItemTable(openStateFile(':memory:'), clock);
const store = (items: ItemTable, body: Record<string, unknown>, v = 1) =>
  items.put({ table: 'product', pk: 'FLAGS', sk: 'uploads', v, body });

describe('a stored flag', () => {
  it('that an older program wrote is read as it stands', async () => {
    const items = makeItems();
    const changed = { ...off, atMs: 1_700_000_000_000 };
    await store(items, changed);
    expect((await listFlags(items)).map(({ name, on, changed: change }) => [name, on, change])).toEqual([
      ['scheduled-runs', true, null],
      ['uploads', false, changed],
    ]);
    await expect(requireFlag(items, 'uploads')).rejects.toMatchObject({ code: 'unavailable' });
    await requireFlag(items, 'scheduled-runs');
  });

  it.each([
    ['has lost its word', { reason: off.reason, by: 'ops', atMs: 1 }, 1, /uploads cannot be read: on: .*aion flag set/],
    ['says neither on nor off', { ...off, on: 'yes', atMs: 1 }, 1, /uploads cannot be read: on: .*aion flag set/],
    ['has something that nobody knows', { ...off, on: true, atMs: 1, only: 'AAA' }, 1, /uploads cannot be read/],
    ['is of a newer program', { ...off, on: true, atMs: 1 }, 2, /a newer program wrote it/],
  ])('that %s holds its work back and is named', async (_, body, v, words) => {
    const items = makeItems();
    await store(items, body, v);
    await expect(requireFlag(items, 'uploads')).rejects.toMatchObject({ code: 'corrupt' });
    await expect(requireFlag(items, 'uploads')).rejects.toThrow(words);
    await expect(listFlags(items)).rejects.toThrow(words);
    await requireFlag(items, 'scheduled-runs');
    // Switching it again puts it right, and the history says that it was not on.
    await setFlag(items, clock, 'uploads', { on: true, reason: 'looked at it', by: 'ops' });
    await requireFlag(items, 'uploads');
    expect((await flagHistory(items)).at(-1)).toMatchObject({ name: 'uploads', on: true });
  });

  it('of a name that no program knows any more is in nobody’s way', async () => {
    const items = makeItems();
    await items.put({ table: 'product', pk: 'FLAGS', sk: 'former', v: 1, body: { gone: true } });
    expect((await listFlags(items)).map(({ name }) => name)).toEqual(['scheduled-runs', 'uploads']);
    expect(() => parseFlag('former')).toThrow(/there is no flag "former"; the flags are scheduled-runs, uploads/);
  });
});
