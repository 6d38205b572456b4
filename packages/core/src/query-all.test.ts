import { expect, it } from 'vitest';
import { makeSqliteItemTable } from '../../adapters/src/sqlite/item-table.ts';
import { openStateFile } from '../../adapters/src/sqlite/state-file.ts';
import { whoseFault } from './errors.ts';
import { makeFrozenClock } from './ports/clock.ts';
import { queryAll } from './ports/item-table.ts';

it('a range that holds more than its cap is refused by name, as what storage has and not as what somebody asked', async () => {
  const items = makeSqliteItemTable(openStateFile(':memory:'), makeFrozenClock(0));
  const range = { table: 'product', pk: 'RUN#1' } as const;
  for (const sk of ['A', 'B', 'C']) await items.put({ ...range, sk, v: 1, body: {} });
  expect(await queryAll(items, range, 3)).toHaveLength(3);
  const refused = await queryAll(items, range, 2).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'too_large', message: expect.stringContaining('RUN#1') as string });
  expect(whoseFault(refused)).toBe('storage');
});
