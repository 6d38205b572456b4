import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadEntitlement } from '@aion/accounts';
import { makeThrottle } from '@aion/adapters/gotrue/throttle';
import { makeOutbox } from '@aion/adapters/outbox/outbox';
import { allSqliteItems } from '@aion/adapters/sqlite/all-items';
import { newFolder, removeFolders } from './embedded-home.ts';
import { mailsTo, newMember, saidBySite, serveHome, type ServedHome } from './served-home.ts';

const PASSWORD = 'correct horse';
let served: ServedHome;
let [users, clients] = [0, 0];
const newEmail = (): string => `user-${++users}@example.org`;

/** The client as it comes from npm; only where it keeps its session is set. */
function client(at: ServedHome = served, address = `10.1.${++clients >> 8}.${clients & 255}`): SupabaseClient {
  return createClient(at.api.url, 'no-key-is-needed', {
    auth: { persistSession: false, autoRefreshToken: false },
    // Each client is somebody elsewhere; limits by address are a test of their own.
    global: { headers: saidBySite(at, address) },
  });
}

/** The secret of the newest mail's link to an address. */
const codeFor = async (email: string): Promise<string> =>
  (await mailsTo(served, email)).find(({ link }) => link !== null)!.link!.searchParams.get('token_hash')!;

async function signedUp(): Promise<{ auth: SupabaseClient['auth']; email: string; userId: string }> {
  const { auth } = client();
  const email = newEmail();
  const { data, error } = await auth.signUp({ email, password: PASSWORD });
  expect(error).toBeNull();
  expect(data.session).toBeNull();
  const confirmed = await auth.verifyOtp({ type: 'signup', token_hash: await codeFor(email) });
  expect(confirmed.error).toBeNull();
  expect((await auth.updateUser({ password: PASSWORD })).error).toBeNull();
  return { auth, email, userId: confirmed.data.user!.id };
}

const tokenOf = async (auth: SupabaseClient['auth']): Promise<string> =>
  (await auth.getSession()).data.session!.access_token;
const me = (token: string): Promise<Response> =>
  fetch(`${served.api.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });

beforeAll(async () => {
  // A demo keeps the links of mails, so that they can be followed here.
  served = await serveHome(newFolder('identity'), { simulated: true });
});
afterAll(async () => {
  await served.close();
  removeFolders();
});

describe('unmodified supabase-js against one machine', () => {
  it('signs up into a basic member account whose token the API takes', async () => {
    const { auth, email, userId } = await signedUp();
    expect(await loadEntitlement(served.embedded.items, userId)).toMatchObject({ tier: 'basic', role: 'member' });
    expect(await (await me(await tokenOf(auth))).json()).toMatchObject({
      userId,
      email,
      tier: 'basic',
      capabilities: { admin: false, signals: 'top5' },
    });
    expect((await auth.getUser()).data.user).toMatchObject({ id: userId, email });
  });

  it('verifies its tokens against the published key, without asking the server', async () => {
    const { auth, userId } = await signedUp();
    const { data, error } = await auth.getClaims();
    expect(error).toBeNull();
    expect(data?.claims).toMatchObject({ sub: userId, aud: 'authenticated', role: 'authenticated' });
    expect(data?.header.alg).toBe('ES256');
  });

  it('signs in, whatever the case of the address, and not with a wrong password or an unknown address', async () => {
    const { email, userId } = await signedUp();
    const { auth } = client();
    const right = await auth.signInWithPassword({ email: email.toUpperCase(), password: PASSWORD });
    expect(right.data.user?.id).toBe(userId);
    const wrong = await client().auth.signInWithPassword({ email, password: `${PASSWORD}!` });
    const unknown = await client().auth.signInWithPassword({ email: newEmail(), password: PASSWORD });
    expect(wrong.data.session).toBeNull();
    expect(wrong.error).toMatchObject({ status: 400, code: 'invalid_credentials' });
    // Nobody learns from the answer which addresses have an account.
    expect(unknown.error?.message).toBe(wrong.error?.message);
  });

  it('refuses a short password and an address that is none', async () => {
    const { auth } = client();
    expect((await auth.signUp({ email: newEmail(), password: 'short' })).error?.status).toBe(400);
    expect((await auth.signUp({ email: 'no address', password: PASSWORD })).error?.status).toBe(400);
  });

  it('makes no account before the address is shown to be the person’s', async () => {
    const email = newEmail();
    const { data } = await client().auth.signUp({ email, password: PASSWORD });
    const early = await client().auth.signInWithPassword({ email, password: PASSWORD });
    expect(early.error).toMatchObject({ status: 400, code: 'invalid_credentials' });
    expect(await loadEntitlement(served.embedded.items, data.user!.id)).toBeUndefined();
    const code = await codeFor(email);
    const confirmed = await client().auth.verifyOtp({ type: 'signup', token_hash: code });
    expect(confirmed.data.user?.id).toBe(data.user!.id);
    // Once, and not after a day.
    expect((await client().auth.verifyOtp({ type: 'signup', token_hash: code })).error?.status).toBe(400);
    const late = newEmail();
    await client().auth.signUp({ email: late, password: PASSWORD });
    const lateCode = await codeFor(late);
    served.clock.advance(24 * 3_600_000 + 1000);
    expect((await client().auth.verifyOtp({ type: 'signup', token_hash: lateCode })).error?.status).toBe(400);
  });

  it('opens by no password but the one that who followed the link has set: a sign-up may be of somebody else', async () => {
    const email = newEmail();
    await client().auth.signUp({ email, password: 'the attacker’s own' });
    const attacker = () => client().auth.signInWithPassword({ email, password: 'the attacker’s own' });
    const { auth } = client();
    await auth.verifyOtp({ type: 'signup', token_hash: await codeFor(email) });
    expect((await attacker()).error).toMatchObject({ status: 400, code: 'invalid_credentials' });
    expect((await auth.updateUser({ password: PASSWORD })).error).toBeNull();
    expect((await attacker()).error?.status).toBe(400);
    expect((await client().auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
  });

  it('answers a sign-up of an address that has an account as any other; only its owner’s mail says so', async () => {
    const { email } = await signedUp();
    const shapeOf = ({ data, error }: Awaited<ReturnType<SupabaseClient['auth']['signUp']>>) => ({
      error,
      session: data.session,
      keys: Object.keys(data.user!).sort(),
      confirmed: data.user!.email_confirmed_at,
      identities: data.user!.identities,
    });
    const known = await client().auth.signUp({ email, password: 'the second password' });
    const unknown = await client().auth.signUp({ email: newEmail(), password: 'the second password' });
    expect(shapeOf(known)).toEqual(shapeOf(unknown));
    expect(await mailsTo(served, email)).toContainEqual(
      expect.objectContaining({ subject: 'You have an account already', link: null }),
    );
    expect((await client().auth.signInWithPassword({ email, password: 'the second password' })).error?.status).toBe(
      400,
    );
    expect((await client().auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
  });

  it('of two sign-ups for one address the first that is confirmed has it', async () => {
    const email = newEmail();
    const codes: string[] = [];
    for (const password of ['the first password', 'the second password']) {
      served.clock.advance(1);
      await client().auth.signUp({ email, password });
      codes.push(await codeFor(email));
    }
    expect((await client().auth.verifyOtp({ type: 'signup', token_hash: codes[1]! })).error).toBeNull();
    expect((await client().auth.verifyOtp({ type: 'signup', token_hash: codes[0]! })).error?.status).toBe(400);
  });

  it('trades a refresh token for a new one; the old one comes again only at once, later it ends the session', async () => {
    const { auth } = await signedUp();
    const first = (await auth.getSession()).data.session!.refresh_token;
    const next = await auth.refreshSession({ refresh_token: first });
    const second = next.data.session!.refresh_token;
    expect(second).not.toBe(first);
    // Two tabs that refresh at once both go on, with one session: a copy does not live on beside it.
    const again = await client().auth.refreshSession({ refresh_token: first });
    expect(again.data.session?.refresh_token).toBe(second);
    served.clock.advance(10_001);
    const reused = await client().auth.refreshSession({ refresh_token: first });
    expect(reused.data.session).toBeNull();
    expect(reused.error?.message).toMatch(/Already Used/);
    const thief = await client().auth.refreshSession({ refresh_token: second });
    expect(thief.error?.message).toMatch(/Not Found/);
    expect((await client().auth.refreshSession({ refresh_token: 'never-given' })).error?.status).toBe(400);
  });

  it('of refreshes at the same time all get the same next token', async () => {
    const { auth } = await signedUp();
    const { refresh_token } = (await auth.getSession()).data.session!;
    const all = await Promise.all(Array.from({ length: 6 }, () => client().auth.refreshSession({ refresh_token })));
    const next = all.map(({ data }) => data.session?.refresh_token);
    expect(next[0]).toBeDefined();
    expect(new Set(next).size).toBe(1);
  });

  it('ends all sessions at sign-out, only this one for scope local and only the others for scope others', async () => {
    const { auth, email } = await signedUp();
    const other = client().auth;
    await other.signInWithPassword({ email, password: PASSWORD });
    const third = client().auth;
    await third.signInWithPassword({ email, password: PASSWORD });
    const lives = async (session: { refresh_token: string }): Promise<boolean> =>
      (await client().auth.refreshSession(session)).error === null;
    const [a, b, c] = await Promise.all([auth, other, third].map(async (x) => (await x.getSession()).data.session!));

    expect((await third.signOut({ scope: 'local' })).error).toBeNull();
    expect([await lives(a!), await lives(b!), await lives(c!)]).toEqual([true, true, false]);
    expect((await auth.signOut({ scope: 'others' })).error).toBeNull();
    expect([await lives(a!), await lives(b!)]).toEqual([true, false]);
    expect((await auth.signOut()).error).toBeNull();
    expect(await lives(a!)).toBe(false);
    expect((await client().auth.getUser(a!.access_token)).error).not.toBeNull();
  });

  it('changes the password: the old one and every other session are of no use any more', async () => {
    const { auth, email } = await signedUp();
    const other = client().auth;
    const { data } = await other.signInWithPassword({ email, password: PASSWORD });
    expect((await auth.updateUser({ password: 'another phrase' })).error).toBeNull();
    expect((await client().auth.signInWithPassword({ email, password: PASSWORD })).error?.status).toBe(400);
    expect((await client().auth.signInWithPassword({ email, password: 'another phrase' })).error).toBeNull();
    expect((await client().auth.refreshSession(data.session!)).error).not.toBeNull();
    expect((await auth.refreshSession()).error).toBeNull();
  });

  it('a sign-in under way while the password changes does not bring the old one back', async () => {
    const { auth, email } = await signedUp();
    await Promise.all([
      ...Array.from({ length: 4 }, () => client().auth.signInWithPassword({ email, password: PASSWORD })),
      auth.updateUser({ password: 'another phrase' }),
    ]);
    expect((await client().auth.signInWithPassword({ email, password: 'another phrase' })).error).toBeNull();
    expect((await client().auth.signInWithPassword({ email, password: PASSWORD })).error?.status).toBe(400);
  });

  it('a clock that is set back brings no used refresh token to life again', async () => {
    const { auth } = await signedUp();
    const first = (await auth.getSession()).data.session!.refresh_token;
    await auth.refreshSession({ refresh_token: first });
    served.clock.advance(60_000);
    served.clock.set(served.clock.nowMs() - 120_000);
    expect((await client().auth.refreshSession({ refresh_token: first })).error?.message).toMatch(/Already Used/);
    served.clock.advance(120_000);
  });
});

describe('who guesses and who floods', () => {
  const attempt = async (email: string, address: string, password = 'wrong password') =>
    (await client(served, address).auth.signInWithPassword({ email, password })).error;

  it('waits longer with each wrong try, and locks nobody out: neither the owner elsewhere nor, for long, here', async () => {
    const { email } = await signedUp();
    for (let i = 0; i < 5; i++) expect((await attempt(email, '198.51.100.1'))?.status).toBe(400);
    for (let i = 0; i < 5; i++)
      expect(await attempt(email, '198.51.100.1')).toMatchObject({ status: 429, code: 'over_request_rate_limit' });
    expect(await attempt(email, '198.51.100.2', PASSWORD)).toBeNull();
    expect((await attempt(newEmail(), '198.51.100.1'))?.status).toBe(400);
    // The refused tries counted for nothing: after a second the owner comes in from the same address too.
    served.clock.advance(1000);
    expect(await attempt(email, '198.51.100.1', PASSWORD)).toBeNull();
    // And a right password makes good for the wrong ones.
    for (let i = 0; i < 5; i++) expect((await attempt(email, '198.51.100.1'))?.status).toBe(400);
  });

  it('tries that come at the same time are counted one by one', async () => {
    const { email } = await signedUp();
    const all = await Promise.all(Array.from({ length: 12 }, () => attempt(email, '198.51.100.3')));
    expect(all.filter((error) => error?.status === 400)).toHaveLength(5);
    expect(all.filter((error) => error?.status === 429)).toHaveLength(7);
  });

  it('is slowed down over all names, and by a restart or a flood of other names nothing is forgotten', async () => {
    const { email } = await signedUp();
    for (let i = 0; i < 5; i++) await attempt(email, '198.51.100.4');
    const flood = await Promise.all(
      Array.from({ length: 60 }, (_, i) => attempt(`nobody-${i}@example.org`, '198.51.100.4')),
    );
    expect(flood.some((error) => error?.status === 429)).toBe(true);
    const fresh = makeThrottle(served.embedded.items, served.clock);
    await expect(fresh.begin('password', '198.51.100.4', email)).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(fresh.begin('password', '::ffff:198.51.100.4', email)).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('one IPv6 network is one address', async () => {
    const throttle = makeThrottle(served.embedded.items, served.clock);
    for (let i = 1; i < 6; i++) await throttle.begin('password', `2001:db8::${i}`, 'a@example.org');
    await expect(throttle.begin('password', '2001:0db8:0:0:ffff::1', 'a@example.org')).rejects.toThrow(/1 second/);
    await throttle.begin('password', '2001:db8:0:1::1', 'a@example.org');
  });

  it('a clock that is set back makes no wait longer', async () => {
    const throttle = makeThrottle(served.embedded.items, served.clock);
    for (let i = 0; i < 5; i++) await throttle.begin('password', '198.51.100.5', 'b@example.org');
    served.clock.set(served.clock.nowMs() - 3_600_000);
    await expect(throttle.begin('password', '198.51.100.5', 'b@example.org')).rejects.toThrow(/1 second/);
    served.clock.advance(1000);
    await throttle.begin('password', '198.51.100.5', 'b@example.org');
    served.clock.advance(3_600_000);
  });

  it('mails and sign-ups are few from one address, for known names as for unknown ones', async () => {
    const { email } = await signedUp();
    for (const address of [email, newEmail()]) {
      const from = client(served, '198.51.100.6').auth;
      for (let i = 0; i < 3; i++) expect((await from.resetPasswordForEmail(address)).error).toBeNull();
      expect((await from.resetPasswordForEmail(address)).error?.status).toBe(429);
      expect((await from.signUp({ email: address, password: PASSWORD })).error?.status).toBe(429);
    }
    const signUps = await Promise.all(
      Array.from({ length: 30 }, () =>
        client(served, '198.51.100.7').auth.signUp({ email: newEmail(), password: PASSWORD }),
      ),
    );
    expect(signUps.filter(({ error }) => error === null).length).toBeLessThanOrEqual(10);
  });

  it('cannot say where they come from: only the site is believed', async () => {
    const { email } = await signedUp();
    const tell = (headers: Record<string, string>) =>
      fetch(`${served.api.url}/auth/v1/token?grant_type=password`, {
        method: 'POST',
        body: JSON.stringify({ email, password: 'wrong password' }),
        headers,
      });
    const forged = (i: number) => ({ 'x-aion-viewer': `198.51.100.${i}`, 'x-aion-door': 'guessed' });
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await tell(forged(i))).status);
    expect(statuses.slice(5)).toEqual([429, 429]);
    expect((await tell(forged(9))).headers.get('retry-after')).toBe('1');
  });
});

describe('recovery by mail', () => {
  it('leads to a page of this site whose code opens a session that may set a password, once', async () => {
    const { email, userId } = await signedUp();
    expect((await client().auth.resetPasswordForEmail(email, { redirectTo: 'https://evil.example' })).error).toBeNull();
    const { link } = (await mailsTo(served, email)).find(({ subject }) => subject === 'Reset your password')!;
    expect(link!.origin + link!.pathname).toBe(`${served.api.url}/login/confirm`);
    expect(link!.searchParams.get('type')).toBe('recovery');
    const code = link!.searchParams.get('token_hash')!;
    const { auth } = client();
    const verified = await auth.verifyOtp({ type: 'recovery', token_hash: code });
    expect(verified.data.user?.id).toBe(userId);
    expect((await auth.updateUser({ password: 'a new phrase' })).error).toBeNull();
    expect((await client().auth.signInWithPassword({ email, password: 'a new phrase' })).error).toBeNull();
    expect((await client().auth.verifyOtp({ type: 'recovery', token_hash: code })).error?.status).toBe(400);
  });

  it('opens nothing by a GET: who only looks at the mail uses nothing up', async () => {
    const { email } = await signedUp();
    await client().auth.resetPasswordForEmail(email);
    const code = await codeFor(email);
    const looked = await fetch(`${served.api.url}/auth/v1/verify?type=recovery&token=${code}`, { redirect: 'manual' });
    expect(looked.status).toBe(404);
    expect((await client().auth.verifyOtp({ type: 'recovery', token_hash: code })).error).toBeNull();
  });

  it('works not after half an hour', async () => {
    const { email } = await signedUp();
    await client().auth.resetPasswordForEmail(email);
    const late = await codeFor(email);
    served.clock.advance(30 * 60_000);
    expect((await client().auth.verifyOtp({ type: 'recovery', token_hash: late })).error?.status).toBe(400);
  });

  it('a new password ends the links that were asked for before it', async () => {
    const { auth, email } = await signedUp();
    await client().auth.resetPasswordForEmail(email);
    const code = await codeFor(email);
    expect((await auth.updateUser({ password: 'a new phrase' })).error).toBeNull();
    expect((await client().auth.verifyOtp({ type: 'recovery', token_hash: code })).error?.status).toBe(400);
  });

  it('does the same work for an unknown address as for a known one, so that time tells nothing', async () => {
    const { email } = await signedUp();
    const { items } = served.embedded;
    const work = async (address: string): Promise<string[]> => {
      const done: string[] = [];
      const spies = (['get', 'put', 'delete', 'transact', 'query'] as const).map((verb) => {
        const real = items[verb].bind(items) as (...given: unknown[]) => unknown;
        return vi.spyOn(items, verb).mockImplementation(((...given: unknown[]) => {
          done.push(verb);
          return real(...given);
        }) as never);
      });
      await client().auth.resetPasswordForEmail(address);
      for (const spy of spies) spy.mockRestore();
      return done;
    };
    const known = await work(email);
    expect(known.filter((verb) => verb === 'put').length).toBeGreaterThan(2);
    expect(await work(newEmail())).toEqual(known);
  });

  it('answers an unknown address as it does a known one, and sends it nothing', async () => {
    const email = newEmail();
    expect(await client().auth.resetPasswordForEmail(email)).toMatchObject({ error: null });
    expect(await mailsTo(served, email)).toEqual([]);
  });
});

describe('the outbox', () => {
  it('of a demo shows a link until it is used, and never keeps it beside the mail', async () => {
    const { email } = await signedUp();
    await client().auth.resetPasswordForEmail(email);
    const code = await codeFor(email);
    const outbox = makeOutbox(served.embedded.items, served.clock, async () => true);
    const shown = async (): Promise<string> =>
      (await outbox.list({ limit: 200 })).messages.find(
        ({ to, subject }) => to === email && subject === 'Reset your password',
      )!.text;
    expect(await shown()).toContain(code);
    expect(JSON.stringify(await mailsTo(served, email).then((all) => all.map(({ text }) => text)))).not.toContain(code);
    await client().auth.verifyOtp({ type: 'recovery', token_hash: code });
    expect(await shown()).toContain('The link is for the recipient alone');
    expect(await shown()).not.toContain(code);
  });

  it('of a home with real data keeps no link at all', async () => {
    const real = await serveHome(newFolder('real-outbox'));
    const email = newEmail();
    await client(real).auth.signUp({ email, password: PASSWORD });
    const [mail] = await mailsTo(real, email);
    expect(mail).toMatchObject({ subject: 'Confirm your address', link: null });
    let everything = '';
    for await (const item of allSqliteItems(real.embedded.state, real.clock.nowMs()))
      everything += JSON.stringify(item);
    expect(everything).toContain('OUTBOX');
    expect(everything).not.toMatch(/token_hash=/);
    await real.close();
  });

  it('leaves out the links of mails from before they were kept apart', async () => {
    const text = 'Follow this link:\nhttp://127.0.0.1:4100/auth/v1/verify?type=recovery&token=abc';
    const outbox = makeOutbox(served.embedded.items, served.clock, async () => true);
    await outbox.sendMail({ to: 'old@example.org', subject: 'old', text });
    const found = (await outbox.list({ limit: 200 })).messages.find(({ to }) => to === 'old@example.org')!;
    expect(found.text).not.toContain('abc');
  });
});

describe('the identity endpoint on hostile input', () => {
  const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${served.api.url}/auth/v1${path}`, { method: 'POST', body, headers });

  it.each([
    ['/signup', '{'],
    ['/signup', '[]'],
    ['/signup', '{"email":{"$gt":""},"password":"12345678"}'],
    ['/token?grant_type=password', 'null'],
    ['/token?grant_type=refresh_token', '{"refresh_token":7}'],
    ['/token?grant_type=implicit', '{}'],
    ['/recover', '{"email":"x"}'],
    ['/verify', '{"type":"magiclink","token_hash":"x"}'],
    ['/verify', '{"type":"signup","token_hash":"x"}'],
    ['/verify', '{"type":"recovery","token_hash":"AUTH#USER"}'],
  ])('%s refuses %s with a message, not with a fault', async (path, body) => {
    const response = await post(path, body);
    expect(response.status).toBe(400);
    const answer = (await response.json()) as { msg: string };
    expect(answer.msg.length).toBeGreaterThan(5);
    expect(JSON.stringify(answer)).not.toMatch(/\bat .*\.ts:\d+/);
  });

  it('refuses a body that no sign-in needs', async () => {
    const response = await post('/signup', JSON.stringify({ email: 'a@b.co', password: 'x'.repeat(20_000) }));
    expect(response.status).toBe(413);
  });

  it('lets no cache keep an answer that holds a token', async () => {
    const { email } = await signedUp();
    const response = await post('/token?grant_type=password', JSON.stringify({ email, password: PASSWORD }));
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await response.text()).toContain('refresh_token');
  });

  it('takes no forged bearer for a session', async () => {
    for (const path of ['/user', '/logout']) {
      const method = path === '/user' ? 'GET' : 'POST';
      for (const authorization of ['', 'Bearer x.y.z', 'Basic YTpi']) {
        const headers = authorization === '' ? {} : { authorization };
        const response = await fetch(`${served.api.url}/auth/v1${path}`, { method, headers });
        expect(response.status).toBe(401);
      }
    }
  });
});

describe('sign-up that is closed', () => {
  it('makes no account and says so; those who have one still sign in', async () => {
    const home = newFolder('closed');
    const open = await serveHome(home);
    const { email } = await newMember(open, 'basic');
    await open.close();
    const closed = await serveHome(home, { environment: { AION_SIGN_UP_OPEN: 'false' } });
    const refused = await client(closed).auth.signUp({ email: newEmail(), password: PASSWORD });
    expect(refused.error).toMatchObject({ status: 403, code: 'signup_disabled' });
    expect((await client(closed).auth.signInWithPassword({ email, password: 'a long password' })).error).toBeNull();
    await closed.close();
  });
});
