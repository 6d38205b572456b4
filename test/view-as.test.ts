import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BeganView, LatestSignals, Me } from '@aion/contracts';
import { queryAll } from '@aion/core';
import { CANARY, publishCanaries } from './canary-run.ts';
import { newFolder, removeFolders } from './embedded-home.ts';
import { newMember, serveHome, setTier, type Member, type ServedHome } from './served-home.ts';

let served: ServedHome;
let admin: Member;
let basic: Member;
let elite: Member;
beforeAll(async () => {
  served = await serveHome(newFolder('view-as'));
  await publishCanaries(served.embedded, 40);
  admin = await newMember(served, 'pro', 'admin');
  basic = await newMember(served, 'basic');
  elite = await newMember(served, 'elite');
});
afterAll(async () => {
  await served.close();
  removeFolders();
});

interface Ask {
  readonly view?: string;
  readonly method?: string;
  readonly json?: unknown;
}
const ask = (who: Member, path: string, { view, method, json }: Ask = {}): Promise<Response> =>
  fetch(served.api.url + path, {
    method: method ?? (json === undefined ? 'GET' : 'POST'),
    headers: {
      authorization: `Bearer ${who.token}`,
      ...(view === undefined ? {} : { 'x-aion-view': view }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
async function begin(member: Member, change: object = {}): Promise<string> {
  const json = { email: member.email, reason: 'ticket 77', minutes: 10, ...change };
  return BeganView.parse(await (await ask(admin, '/v1/admin/views', { json })).json()).view;
}
const me = async (view: string): Promise<Me> => Me.parse(await (await ask(admin, '/v1/me', { view })).json());
const deeds = async (): Promise<Record<string, unknown>[]> =>
  (await queryAll(served.embedded.items, { table: 'money', pk: 'AUDIT#users' })).map(({ body }) => body);

describe('an administrator who looks as a member', () => {
  it('sees what the member sees, is told so, and is in the audit from the beginning to the end', async () => {
    const view = await begin(basic);
    expect(await me(view)).toMatchObject({
      email: basic.email,
      tier: 'basic',
      role: 'member',
      capabilities: { admin: false, signals: 'top5' },
      viewing: { by: admin.email, reason: 'ticket 77' },
    });
    const list = await (await ask(admin, '/v1/signals/latest', { view })).text();
    expect(LatestSignals.parse(JSON.parse(list)).tier).toBe('basic');
    expect(list).not.toMatch(CANARY);
    // Without the view the admin is the admin.
    expect(Me.parse(await (await ask(admin, '/v1/me')).json())).toMatchObject({ email: admin.email, viewing: null });
    expect((await ask(admin, '/v1/admin/views/end', { json: { view } })).status).toBe(204);
    expect((await ask(admin, '/v1/me', { view })).status).toBe(403);
    const kept = (await deeds()).filter(({ userId }) => userId === basic.userId);
    const who = { by: admin.email, reason: 'ticket 77' };
    expect(kept).toMatchObject([
      {
        ...who,
        what: expect.stringMatching(/^began to look as this user, read-only, until 2035-01-01T12:10/) as string,
      },
      { ...who, what: 'stopped looking as this user' },
    ]);
  });

  it('never sees more than their own tier, and never as an administrator', async () => {
    const view = await begin(elite);
    expect(await me(view)).toMatchObject({ tier: 'pro', capabilities: { automaticExecution: false } });
    const other = await newMember(served, 'elite', 'admin');
    expect(await me(await begin(other))).toMatchObject({ role: 'member', capabilities: { admin: false } });
  });

  it('changes nothing, and reaches neither administration nor kill switch', async () => {
    const view = await begin(elite);
    for (const [method, path] of [
      ['POST', '/v1/kill'],
      ['POST', '/v1/pipeline/run-daily'],
      ['POST', '/v1/live/ticket'],
      ['POST', '/v1/session/end'],
      ['POST', '/v1/admin/views'],
      ['DELETE', '/v1/me'],
      ['GET', '/v1/kill'],
      ['GET', '/v1/admin/outbox'],
      ['GET', '/v1/admin/quarantine'],
      ['GET', '/v1/metrics'],
    ] as const) {
      const json = method === 'POST' ? { active: true, reason: 'because', scope: 'global' } : undefined;
      const answer = await ask(admin, path, { view, method, ...(json === undefined ? {} : { json }) });
      expect(answer.status, `${method} ${path}`).toBe(403);
    }
    expect(await (await ask(admin, '/v1/kill')).json()).toMatchObject({ active: false });
    expect((await ask(elite, '/v1/me')).status).toBe(200);
  });

  it('is one administrator in one session: a member, another admin and another session get nothing by it', async () => {
    const view = await begin(elite);
    const other = await newMember(served, 'elite', 'admin');
    for (const who of [basic, elite, other]) expect((await ask(who, '/v1/me', { view })).status).toBe(403);
    const answer = await fetch(`${served.api.url}/auth/v1/token?grant_type=password`, {
      method: 'POST',
      body: JSON.stringify({ email: admin.email, password: 'a long password' }),
    });
    const again = { ...admin, token: ((await answer.json()) as { access_token: string }).access_token };
    expect((await ask(again, '/v1/me', { view })).status).toBe(403);
    expect((await ask(again, '/v1/admin/views/end', { json: { view } })).status).toBe(204);
    expect((await ask(admin, '/v1/me', { view })).status).toBe(200);
    for (const forged of ['x'.repeat(43), '', 'VIEW#'])
      expect((await ask(admin, '/v1/me', { view: forged })).status).not.toBe(200);
  });

  it('is over at its time, with the session, and with the admin’s role', async () => {
    const chief = await newMember(served, 'pro', 'admin');
    const first = BeganView.parse(
      await (
        await ask(chief, '/v1/admin/views', { json: { email: basic.email, reason: 'ticket 78', minutes: 1 } })
      ).json(),
    ).view;
    served.clock.advance(60_000);
    expect((await ask(chief, '/v1/me', { view: first })).status).toBe(403);
    const second = BeganView.parse(
      await (await ask(chief, '/v1/admin/views', { json: { email: basic.email, reason: 'ticket 79' } })).json(),
    ).view;
    expect((await ask(chief, '/v1/me', { view: second })).status).toBe(200);
    await setTier(served, chief, 'pro', 'member');
    served.clock.advance(2000);
    expect((await ask(chief, '/v1/me', { view: second })).status).toBe(403);
  });

  it('needs a reason, a time within an hour and somebody who is there', async () => {
    for (const [json, status] of [
      [{ email: basic.email, reason: '' }, 400],
      [{ email: basic.email, reason: 'ticket', minutes: 61 }, 400],
      [{ email: 'nobody@example.org', reason: 'ticket' }, 404],
      [{ email: admin.email, reason: 'ticket' }, 422],
    ] as const)
      expect((await ask(admin, '/v1/admin/views', { json })).status).toBe(status);
    const tried = await ask(basic, '/v1/admin/views', { json: { email: elite.email, reason: 'ticket' } });
    expect(tried.status).toBe(404);
  });
});
