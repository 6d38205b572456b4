import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY_MS, makeFrozenClock, type ItemTable } from '@aion/core';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { makeDailyQuota } from '../src/plumbing/daily-quota.ts';
import { makeSqliteItemTable } from '../src/sqlite/item-table.ts';
import { openStateFile } from '../src/sqlite/state-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'aion-quota-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clock = makeFrozenClock(Date.parse('2026-03-02T23:59:00Z'));
let items: ItemTable;
beforeEach(() => void (items = makeSqliteItemTable(openStateFile(join(folder, `${crypto.randomUUID()}.db`)), clock)));

const quota = (name = 'alphavantage') => makeDailyQuota({ items, clock, name, requestsPerDay: 25 });
const signal = new AbortController().signal;

it('lets the requests of a day through once, whichever process sends them, and those of the next day again', async () => {
  const processes = [quota(), quota(), quota()];
  const asked = Array.from({ length: 40 }, (_, index) => processes[index % 3]!.acquire(signal));
  const answers = await Promise.allSettled(asked);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(25);
  for (const answer of answers)
    if (answer.status === 'rejected')
      expect(answer.reason).toMatchObject({
        ...{ code: 'rate_limited', context: { fault: 'rate_limited', again: false } },
        message: 'alphavantage: its 25 requests of 2026-03-02 (UTC) are used; it is asked again tomorrow',
      });
  await quota('polygon').acquire(signal);
  clock.advance(DAY_MS / 24 / 60);
  await processes[0]!.acquire(signal);
});

it('counts nothing for who has stopped waiting, and refuses a count that cannot be read', async () => {
  await expect(quota().acquire(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  const day = new Date(clock.nowMs()).toISOString().slice(0, 10);
  const key = { table: 'ephemeral', pk: 'RATE#alphavantage', sk: `QUOTA#${day}` } as const;
  expect(await items.get(key)).toBeUndefined();
  await items.put({ ...key, v: 1, body: { used: 'many' } });
  await expect(quota().acquire(signal)).rejects.toMatchObject({ code: 'corrupt' });
});
