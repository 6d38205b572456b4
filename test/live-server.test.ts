import { once } from 'node:events';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { issueOnce, saveEntitlement } from '@aion/accounts';
import { newSecret } from '@aion/adapters/plumbing/secret';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import type { Tier } from '@aion/contracts';
import { AppError, makeFrozenClock, type Clock } from '@aion/core';
import { serveLive, type Embedded, type LiveServer, type LiveSessions } from '@aion/runtime';
import { CANARY, publishCanaries } from './canary-run.ts';
import { newFolder, openHome, removeFolders } from './embedded-home.ts';

let home: Embedded;
let live: LiveServer;
const open: Listener[] = [];
afterAll(removeFolders);

const setTier = (tier: Tier): Promise<void> =>
  saveEntitlement(home.items, {
    userId: tier,
    email: `${tier}@example.org`,
    tier,
    role: 'member',
    source: 'admin',
    updatedMs: 0,
  });
const SESSION_SECONDS = 600;
const ended = new Set<string>();
/** The token is the user's name, and their session's; every other is refused. */
const sessions: LiveSessions = {
  verifyToken: async (token) => {
    if (!['basic', 'pro', 'elite', 'unknown'].includes(token)) throw new AppError('unauthenticated', 'no');
    const nowS = Math.floor(home.clock.nowMs() / 1000);
    const times = { issuedAtS: nowS, expiresAtS: nowS + SESSION_SECONDS };
    return { userId: token, email: `${token}@example.org`, sessionId: `session of ${token}`, ...times };
  },
  sessionLives: async ({ sessionId }) => !ended.has(sessionId),
};
const start = (): Promise<LiveServer> => serveLive(home, sessions, { host: '127.0.0.1', port: 0, pollMs: 10 });

beforeEach(async () => {
  ended.clear();
  home = openHome(newFolder('live'));
  for (const tier of ['basic', 'pro', 'elite'] as const) await setTier(tier);
  live = await start();
});
afterEach(async () => {
  for (const { socket } of open.splice(0)) socket.terminate();
  await live.close();
  home.close();
});

interface Message {
  readonly type: string;
  readonly seq: number;
}
interface Listener {
  readonly socket: WebSocket;
  readonly messages: Message[];
  next(type: string): Promise<Message>;
}

async function connect(hello: object | string): Promise<Listener> {
  const socket = new WebSocket(`ws://127.0.0.1:${live.port}/live`);
  const messages: Message[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer) => {
    messages.push(JSON.parse(data.toString()) as Message);
    for (const wake of waiting) wake();
  });
  await once(socket, 'open');
  socket.send(typeof hello === 'string' ? hello : JSON.stringify({ type: 'hello', ...hello }));
  let taken = 0;
  const listener: Listener = {
    socket,
    messages,
    async next(type) {
      for (;;) {
        while (taken < messages.length) {
          const message = messages[taken++]!;
          if (message.type === type) return message;
        }
        await new Promise<void>((wake) => waiting.add(wake));
      }
    },
  };
  open.push(listener);
  return listener;
}

describe('the live server', () => {
  it('announces a publication to everyone and a refinement to the tiers that have it, and sends no signal', async () => {
    const [basic, pro] = [await connect({ token: 'basic' }), await connect({ token: 'pro' })];
    await Promise.all([basic.next('hello'), pro.next('hello')]);
    await publishCanaries(home, 7);
    expect(await basic.next('published')).toMatchObject({ sessionDate: '2026-02-27', revision: 1 });
    await pro.next('refined');
    await publishCanaries(home, 7, 2);
    await basic.next('published');
    expect(basic.messages.map(({ type }) => type)).toEqual(['hello', 'published', 'published']);
    expect(JSON.stringify([...basic.messages, ...pro.messages])).not.toMatch(CANARY);
  });

  it('stops refinements for an open connection once its tier has fallen', async () => {
    await live.close();
    let aheadMs = 0;
    const clock: Clock = {
      ...home.clock,
      nowMs: () => home.clock.nowMs() + aheadMs,
      monotonicMs: () => home.clock.monotonicMs() + aheadMs,
    };
    live = await serveLive({ ...home, clock }, sessions, { host: '127.0.0.1', port: 0, pollMs: 10 });
    const [pro, elite] = [await connect({ token: 'pro' }), await connect({ token: 'elite' })];
    await Promise.all([pro.next('hello'), elite.next('hello')]);
    await publishCanaries(home, 7);
    await Promise.all([pro.next('refined'), elite.next('refined')]);
    const fallen = { userId: 'pro', email: 'pro@example.org', tier: 'basic', role: 'member' } as const;
    await saveEntitlement(home.items, { ...fallen, source: 'billing', updatedMs: 1 });
    aheadMs = 2001;
    const readiness = { table: 'product', pk: 'LATEST#NSE', sk: 'READINESS' } as const;
    const { body } = (await home.items.get(readiness))!;
    await home.items.put({ ...readiness, v: 1, body: { ...body, asOfMs: Number(body['asOfMs']) + 3_600_000 } });
    await elite.next('refined');
    expect(pro.messages.filter(({ type }) => type === 'refined')).toHaveLength(1);
  });

  it('tells a client whose tier cannot be read to ask again, and goes on for it and for the others', async () => {
    await live.close();
    let [aheadMs, broken] = [0, false];
    const clock: Clock = {
      ...home.clock,
      nowMs: () => home.clock.nowMs() + aheadMs,
      monotonicMs: () => home.clock.monotonicMs() + aheadMs,
    };
    const items = {
      ...home.items,
      get: (...args: Parameters<typeof home.items.get>) =>
        broken && args[0].pk === 'USR#pro'
          ? Promise.reject(new AppError('unavailable', 'throttled'))
          : home.items.get(...args),
    };
    live = await serveLive({ ...home, clock, items }, sessions, { host: '127.0.0.1', port: 0, pollMs: 10 });
    const [pro, elite] = [await connect({ token: 'pro' }), await connect({ token: 'elite' })];
    await Promise.all([pro.next('hello'), elite.next('hello')]);
    await publishCanaries(home, 7);
    await Promise.all([pro.next('refined'), elite.next('refined')]);
    const readiness = { table: 'product', pk: 'LATEST#NSE', sk: 'READINESS' } as const;
    const refineAgain = async (): Promise<void> => {
      aheadMs += 2001;
      const { body } = (await home.items.get(readiness))!;
      await home.items.put({ ...readiness, v: 1, body: { ...body, asOfMs: Number(body['asOfMs']) + 3_600_000 } });
    };
    broken = true;
    await refineAgain();
    const missed = await elite.next('refined');
    expect(await pro.next('reset')).toMatchObject({ seq: missed.seq });
    broken = false;
    await refineAgain();
    await Promise.all([pro.next('refined'), elite.next('refined')]);
  });

  it('asks to try again later, not to sign in again, when the token or the tier cannot be checked just now', async () => {
    await live.close();
    const unavailable = () => Promise.reject(new AppError('unavailable', 'throttled'));
    const items = { ...home.items, get: unavailable };
    const hosts = [
      [home, { ...sessions, verifyToken: unavailable }],
      [home, { ...sessions, sessionLives: unavailable }],
      [{ ...home, items }, sessions],
      [home, { ...sessions, verifyToken: () => Promise.reject(new TypeError('fetch failed')) }],
    ] as const;
    for (const [host, check] of hosts) {
      live = await serveLive(host, check, { host: '127.0.0.1', port: 0, pollMs: 10 });
      const { socket } = await connect({ token: 'pro' });
      const [code] = (await once(socket, 'close')) as [number];
      expect(code).toBe(1013);
      await live.close();
    }
    live = await start();
  });

  it('gives a client that comes back what it missed, and says reset when it no longer can', async () => {
    const first = await connect({ token: 'pro' });
    const { seq } = await first.next('hello');
    first.socket.terminate();
    await publishCanaries(home, 7);
    const watcher = await connect({ token: 'elite', after: seq });
    await watcher.next('refined');
    const back = await connect({ token: 'pro', after: seq });
    await back.next('hello');
    const missed = await back.next('published');
    expect(missed.seq).toBe(seq + 1);
    expect((await back.next('refined')).seq).toBe(seq + 2);
    for (const after of [seq - 5, seq + 99]) {
      const stranger = await connect({ token: 'pro', after });
      await stranger.next('reset');
    }
  });

  it('closes a connection without a valid token and refuses other addresses', async () => {
    for (const hello of [{ token: 'forged' }, { token: 'pro', extra: 1 }, 'nonsense']) {
      const { socket } = await connect(hello);
      const [code] = (await once(socket, 'close')) as [number];
      expect(code).toBe(4401);
    }
    const elsewhere = new WebSocket(`ws://127.0.0.1:${live.port}/other`);
    const [error] = (await once(elsewhere, 'error')) as [Error];
    expect(error.message).toMatch(/503/);
  });

  it('closes a connection of who has no entitlement: whether their session lives cannot be said', async () => {
    const unknown = await connect({ token: 'unknown' });
    expect((await once(unknown.socket, 'close'))[0]).toBe(4401);
    expect(unknown.messages).toEqual([]);
  });

  it('closes an open connection when its session ends, and lets the others stay', async () => {
    await live.close();
    live = await serveLive(home, sessions, { host: '127.0.0.1', port: 0, pollMs: 10, recheckMs: 20 });
    const [pro, elite] = [await connect({ token: 'pro' }), await connect({ token: 'elite' })];
    await Promise.all([pro.next('hello'), elite.next('hello')]);
    ended.add('session of pro');
    const [code, reason] = (await once(pro.socket, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([4401, 'the session has ended; sign in again']);
    await publishCanaries(home, 7);
    await elite.next('published');
    const again = await connect({ token: 'pro' });
    expect(((await once(again.socket, 'close')) as [number])[0]).toBe(4401);
  });

  it('closes a connection when its token expires, also when the clock was set back before', async () => {
    for (const setBackMs of [0, 3_600_000]) {
      await live.close();
      const clock = makeFrozenClock(home.clock.nowMs());
      live = await serveLive({ ...home, clock }, sessions, { host: '127.0.0.1', port: 0, pollMs: 10, recheckMs: 20 });
      const { socket, next } = await connect({ token: 'pro' });
      await next('hello');
      const closed = once(socket, 'close') as Promise<[number]>;
      clock.set(clock.nowMs() - setBackMs);
      // The token is of a moment later, by the machine's clock.
      clock.advance((SESSION_SECONDS + 600) * 1000);
      expect((await closed)[0]).toBe(4401);
    }
  });

  it('closes a connection whose session could not be read for half a minute, and none for a moment', async () => {
    await live.close();
    const clock = makeFrozenClock(home.clock.nowMs());
    const read = { times: 0 };
    const broken = {
      ...sessions,
      sessionLives: async () => (read.times++ === 0 ? true : Promise.reject(new Error('throttled'))),
    };
    live = await serveLive({ ...home, clock }, broken, { host: '127.0.0.1', port: 0, pollMs: 10, recheckMs: 20 });
    const { socket, next } = await connect({ token: 'pro' });
    await next('hello');
    clock.advance(29_000);
    while (read.times < 3) await new Promise((resolve) => setImmediate(resolve));
    expect(socket.readyState).toBe(WebSocket.OPEN);
    const closed = once(socket, 'close') as Promise<[number]>;
    clock.advance(2000);
    expect((await closed)[0]).toBe(1013);
  });

  it('takes a ticket in place of a token, once and for half a minute', async () => {
    await live.close();
    const clock = makeFrozenClock(home.clock.nowMs());
    const items = makeSqliteItemTable(home.state, clock);
    live = await serveLive({ ...home, items, clock }, sessions, { host: '127.0.0.1', port: 0, pollMs: 10 });
    const session = await sessions.verifyToken('elite');
    const given = { kind: 'live-ticket', seconds: 30, body: { ...session } } as const;
    const { secret: ticket } = await issueOnce(items, clock, newSecret, given);
    await (await connect({ ticket })).next('hello');
    const { secret: late } = await issueOnce(items, clock, newSecret, given);
    clock.advance(31_000);
    for (const hello of [
      { ticket },
      { ticket: late },
      { ticket: newSecret() },
      { ticket: 'x' },
      { ticket, token: 'pro' },
    ]) {
      const { socket } = await connect(hello);
      expect(((await once(socket, 'close')) as [number])[0]).toBe(4401);
    }
  });

  it('tells the load balancer whether it can read what it announces', async () => {
    const health = async (): Promise<number> => (await fetch(`http://127.0.0.1:${live.port}/healthz`)).status;
    expect(await health()).toBe(200);
    await live.close();
    let broken = false;
    const items = {
      ...home.items,
      query: (...args: Parameters<typeof home.items.query>) =>
        broken ? Promise.reject(new AppError('unavailable', 'gone')) : home.items.query(...args),
    };
    live = await serveLive({ ...home, items }, sessions, { host: '127.0.0.1', port: 0, pollMs: 5 });
    broken = true;
    const deadline = performance.now() + 5000;
    while ((await health()) !== 503 && performance.now() < deadline);
    expect(await health()).toBe(503);
  });
});
