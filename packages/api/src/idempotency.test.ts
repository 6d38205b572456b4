import { Hono } from 'hono';
import { beforeEach, describe, expect, it } from 'vitest';
import { isAppError, makeFrozenClock } from '@aion/core';
import { makeSqliteItemTable } from '../../adapters/src/sqlite/item-table.ts';
import { openStateFile } from '../../adapters/src/sqlite/state-file.ts';
import type { ApiEnv, Caller } from './caller.ts';
import type { ApiDeps } from './deps.ts';
import { once } from './idempotency.ts';

const KEY = 'a-key-of-mine';
let clock: ReturnType<typeof makeFrozenClock>;
let done: number;
let work: () => Promise<{ run: number }>;
let app: Hono<ApiEnv>;
beforeEach(() => {
  clock = makeFrozenClock(Date.UTC(2026, 1, 27));
  done = 0;
  work = async () => ({ run: ++done });
  const deps = { clock, items: makeSqliteItemTable(openStateFile(':memory:'), clock) } as unknown as ApiDeps;
  app = new Hono<ApiEnv>()
    .use(async (c, next) => {
      c.set('caller', { userId: c.req.header('x-user') ?? 'u1' } as Caller);
      await next();
    })
    .post('/:what', async (c) => c.json(await once(deps, c, await c.req.json(), () => work())))
    .onError((error, c) =>
      isAppError(error) ? c.json({ code: error.code, retryable: error.retryable }) : c.json({ code: String(error) }),
    );
});
const ask = async (
  key: string | undefined,
  body: unknown = {},
  { path = '/run', user = 'u1' } = {},
): Promise<unknown> =>
  (
    await app.request(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'x-user': user, ...(key === undefined ? {} : { 'idempotency-key': key }) },
    })
  ).json();

describe('a write with a key', () => {
  it('is done once per caller and route, and each repeat gets the first answer', async () => {
    for (let times = 0; times < 3; times++) expect(await ask(KEY)).toEqual({ run: 1 });
    expect([
      await ask(KEY, {}, { user: 'u2' }),
      await ask(KEY, {}, { path: '/other' }),
      await ask('another-key'),
    ]).toEqual([{ run: 2 }, { run: 3 }, { run: 4 }]);
    expect([await ask(undefined), await ask(undefined)]).toEqual([{ run: 5 }, { run: 6 }]);
  });

  it('with another body is refused, and the first answer stays', async () => {
    await ask(KEY, { a: 1 });
    expect(await ask(KEY, { a: 2 })).toEqual({ code: 'conflict', retryable: false });
    expect(await ask(KEY, { a: 1 })).toEqual({ run: 1 });
  });

  it('that comes while the first is under way is told to wait; ten minutes later it is done anew', async () => {
    let finish: (answer: { run: number }) => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      work = () => {
        resolve();
        return new Promise((end) => (finish = end));
      };
    });
    const first = ask(KEY);
    await begun;
    expect(await ask(KEY)).toEqual({ code: 'conflict', retryable: true });
    work = async () => ({ run: 99 });
    clock.advance(600_000);
    expect(await ask(KEY)).toEqual({ run: 99 });
    finish({ run: 1 });
    expect(await first).toEqual({ run: 1 });
  });

  it('whose work failed is free for another try', async () => {
    work = () => Promise.reject(new Error('no luck'));
    expect(await ask(KEY)).toEqual({ code: 'Error: no luck' });
    work = async () => ({ run: 7 });
    expect(await ask(KEY)).toEqual({ run: 7 });
  });

  it('is forgotten after a day, not before', async () => {
    await ask(KEY);
    clock.advance(86_400_000 - 1000);
    expect(await ask(KEY)).toEqual({ run: 1 });
    clock.advance(1000);
    expect(await ask(KEY)).toEqual({ run: 2 });
  });

  it.each(['short', 'has spaces in it', 'x'.repeat(129), 'a#key#of#mine'])('is none under %s', async (key) => {
    expect(await ask(key)).toMatchObject({ code: 'bad_input' });
    expect(done).toBe(0);
  });
});
