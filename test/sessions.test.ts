import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endSessions, loadEntitlement, sessionStands, type SessionIdentity } from '@aion/accounts';
import { createApi } from '@aion/api';
import { AppError } from '@aion/core';
import { makeApiDeps } from '@aion/runtime/serving/api-deps';
import { newFolder, removeFolders } from './embedded-home.ts';
import { newMember, serveHome, type Member, type ServedHome } from './served-home.ts';

let served: ServedHome;
beforeAll(async () => {
  served = await serveHome(newFolder('sessions'));
});
afterAll(async () => {
  await served.close();
  removeFolders();
});

const me = async (token: string): Promise<number> =>
  (await fetch(`${served.api.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status;
const identity = (path: string, init: { method?: string; token?: string; body?: object }): Promise<Response> =>
  fetch(`${served.api.url}/auth/v1${path}`, {
    method: init.method ?? 'POST',
    headers: init.token === undefined ? {} : { authorization: `Bearer ${init.token}` },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
const end = (token: string, scope: string): Promise<Response> =>
  fetch(`${served.api.url}/v1/session/end`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ scope }),
  });
/** Another session of the same user. */
async function again(member: Member): Promise<Member> {
  const body = { email: member.email, password: 'a long password' };
  const answer = await identity('/token?grant_type=password', { body });
  const session = (await answer.json()) as { access_token: string; refresh_token: string };
  return { ...member, token: session.access_token, refreshToken: session.refresh_token };
}

describe('access ends with the session, not with the token', () => {
  it('within two seconds of a sign-out, for that session alone', async () => {
    const member = await newMember(served, 'pro');
    const other = await again(member);
    expect([await me(member.token), await me(other.token)]).toEqual([200, 200]);
    expect((await identity('/logout?scope=local', { token: member.token })).status).toBe(204);
    served.clock.advance(2000);
    expect([await me(member.token), await me(other.token)]).toEqual([401, 200]);
  });

  it('within two seconds of a new password, for every other session', async () => {
    const member = await newMember(served, 'pro');
    const other = await again(member);
    await me(other.token);
    const changed = await identity('/user', { method: 'PUT', token: member.token, body: { password: 'a new phrase' } });
    expect(changed.status).toBe(200);
    served.clock.advance(2000);
    expect([await me(member.token), await me(other.token)]).toEqual([200, 401]);
  });

  it('within two seconds of a refresh token that comes twice', async () => {
    const member = await newMember(served, 'pro');
    const refresh = () => identity('/token?grant_type=refresh_token', { body: { refresh_token: member.refreshToken } });
    expect((await refresh()).status).toBe(200);
    expect(await me(member.token)).toBe(200);
    served.clock.advance(10_001);
    expect((await refresh()).status).toBe(400);
    served.clock.advance(2000);
    expect(await me(member.token)).toBe(401);
  });

  it('at once where the API itself was asked to end it', async () => {
    const member = await newMember(served, 'pro');
    const others = [await again(member), await again(member)];
    expect(await me(member.token)).toBe(200);
    expect((await end(member.token, 'others')).status).toBe(204);
    served.clock.advance(2000);
    expect([await me(member.token), await me(others[0]!.token), await me(others[1]!.token)]).toEqual([200, 401, 401]);
    expect((await end(member.token, 'local')).status).toBe(204);
    expect(await me(member.token)).toBe(401);
    expect((await end(member.token, 'everything')).status).toBe(401);
  });

  it('also when the clock is set back in between', async () => {
    const member = await newMember(served, 'pro');
    expect(await me(member.token)).toBe(200);
    await identity('/logout?scope=local', { token: member.token });
    served.clock.set(served.clock.nowMs() - 1_800_000);
    served.clock.advance(2000);
    expect(await me(member.token)).toBe(401);
    served.clock.advance(1_800_000);
  });

  it('and nobody is admitted while that cannot be read', async () => {
    const member = await newMember(served, 'pro');
    const { embedded } = served;
    let broken: Error | undefined;
    const refuse = () => Promise.reject(new AppError('not_found', 'not here'));
    const api = createApi(
      await makeApiDeps(embedded, {
        verifyToken: async () => sessionOf(member.userId),
        sessionLives: () => (broken === undefined ? Promise.resolve(true) : Promise.reject(broken)),
        endSessions: async () => undefined,
        startRun: refuse,
        receiveUpload: refuse,
        reviewRow: refuse,
        activeJobs: async () => new Set<never>(),
        listSources: async () => [],
        metricsText: async () => '',
        openDemo: refuse,
        makeFirstAdmin: refuse,
        healthChecks: async () => [],
      }),
    );
    const status = async (): Promise<number> =>
      (await api.request('/v1/me', { headers: { authorization: 'Bearer x' } })).status;
    expect(await status()).toBe(200);
    served.clock.advance(2000);
    for (broken of [new Error('the disk is gone'), new AppError('unavailable', 'throttled', { retryable: true })])
      expect(await status()).toBe(503);
    broken = undefined;
    expect(await status()).toBe(200);
  });
});

const sessionOf = (userId: string, sessionId = 'one', ago = 10): SessionIdentity => {
  const nowS = Math.floor(served.clock.nowMs() / 1000);
  return { userId, email: 'x@example.org', sessionId, issuedAtS: nowS - ago, expiresAtS: nowS + 3600 - ago };
};

describe('where an identity provider keeps the sessions, the user’s record ends their tokens', () => {
  it('of one session, of the others, or of all; and what is given later stands', async () => {
    const { items } = served.embedded;
    const { userId } = await newMember(served, 'pro');
    const [one, two, three] = ['one', 'two', 'three'].map((id) => sessionOf(userId, id)) as [
      SessionIdentity,
      SessionIdentity,
      SessionIdentity,
    ];
    const stand = async (...sessions: SessionIdentity[]): Promise<boolean[]> => {
      const entitlement = (await loadEntitlement(items, userId))!;
      return sessions.map((session) => sessionStands(entitlement, session));
    };
    expect(await stand(one, two, three)).toEqual([true, true, true]);
    await endSessions(items, served.clock, one, 'local');
    expect(await stand(one, two, three)).toEqual([false, true, true]);
    await endSessions(items, served.clock, two, 'others');
    expect(await stand(one, two, three)).toEqual([false, true, false]);
    // Of the same second as the end: it may be of before.
    expect(await stand({ ...sessionOf(userId, 'four', 0) })).toEqual([false]);
    served.clock.advance(1000);
    expect(await stand(sessionOf(userId, 'four', 0))).toEqual([true]);
    await endSessions(items, served.clock, two, 'global');
    expect(await stand(one, two, three)).toEqual([false, false, false]);
  });

  it('of many, although the record stays small: beyond fifty all of before end', async () => {
    const { items } = served.embedded;
    const { userId } = await newMember(served, 'pro');
    for (let i = 0; i < 60; i++) await endSessions(items, served.clock, sessionOf(userId, `s${i}`), 'local');
    const entitlement = (await loadEntitlement(items, userId))!;
    expect(entitlement.ended!.sessions.length).toBeLessThanOrEqual(50);
    for (let i = 0; i < 60; i++) expect(sessionStands(entitlement, sessionOf(userId, `s${i}`))).toBe(false);
    served.clock.advance(4_000_000);
    await endSessions(items, served.clock, sessionOf(userId, 'last'), 'local');
    expect((await loadEntitlement(items, userId))!.ended!.sessions).toHaveLength(1);
  });
});
