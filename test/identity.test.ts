import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadEntitlement } from '@aion/accounts';
import { newFolder, removeFolders } from './embedded-home.ts';
import { serveHome, type ServedHome } from './served-home.ts';

const PASSWORD = 'correct horse';
let served: ServedHome;
let users = 0;
const newEmail = (): string => `user-${++users}@example.org`;

/** The client as it comes from npm; only where it keeps its session is set. */
function client(at: ServedHome = served): SupabaseClient {
  return createClient(at.api.url, 'no-key-is-needed', {
    auth: { persistSession: false, autoRefreshToken: false },
  });
}

async function signedUp(): Promise<{ auth: SupabaseClient['auth']; email: string; userId: string }> {
  const { auth } = client();
  const email = newEmail();
  const { data, error } = await auth.signUp({ email, password: PASSWORD });
  expect(error).toBeNull();
  return { auth, email, userId: data.user!.id };
}

const tokenOf = async (auth: SupabaseClient['auth']): Promise<string> =>
  (await auth.getSession()).data.session!.access_token;
const me = (token: string): Promise<Response> =>
  fetch(`${served.api.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });

beforeAll(async () => {
  served = await serveHome(newFolder('identity'), { environment: { AION_DEMO_ACCOUNTS: 'false' } });
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

  it('refuses a second account for an address, a short password and an address that is none', async () => {
    const { email } = await signedUp();
    const { auth } = client();
    expect((await auth.signUp({ email, password: PASSWORD })).error).toMatchObject({ code: 'user_already_exists' });
    expect((await auth.signUp({ email: newEmail(), password: 'short' })).error?.status).toBe(400);
    expect((await auth.signUp({ email: 'no address', password: PASSWORD })).error?.status).toBe(400);
  });

  it('trades a refresh token for a new one; the old one comes again only at once, later it ends the session', async () => {
    const { auth } = await signedUp();
    const first = (await auth.getSession()).data.session!.refresh_token;
    const next = await auth.refreshSession({ refresh_token: first });
    const second = next.data.session!.refresh_token;
    expect(second).not.toBe(first);
    // Two tabs that refresh at once both go on.
    expect((await client().auth.refreshSession({ refresh_token: first })).error).toBeNull();
    served.clock.advance(10_001);
    const reused = await client().auth.refreshSession({ refresh_token: first });
    expect(reused.data.session).toBeNull();
    expect(reused.error?.message).toMatch(/Already Used/);
    const thief = await client().auth.refreshSession({ refresh_token: second });
    expect(thief.error?.message).toMatch(/Not Found/);
    expect((await client().auth.refreshSession({ refresh_token: 'never-given' })).error?.status).toBe(400);
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

  it('throttles after ten tries a minute for one address, and lets the next address through', async () => {
    const { email } = await signedUp();
    const attempt = async (address: string): Promise<number | undefined> =>
      (await client().auth.signInWithPassword({ email: address, password: 'wrong password' })).error?.status;
    for (let i = 0; i < 10; i++) expect(await attempt(email)).toBe(400);
    expect(await attempt(email)).toBe(429);
    expect((await client().auth.signInWithPassword({ email, password: PASSWORD })).error?.code).toBe(
      'over_request_rate_limit',
    );
    expect(await attempt(newEmail())).toBe(400);
    served.clock.advance(60_001);
    expect((await client().auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
  });
});

describe('recovery by mail', () => {
  const mails = async (to: string): Promise<string[]> => {
    const found = await served.embedded.items.query({ table: 'ephemeral', pk: 'OUTBOX', descending: true });
    return found.items.filter(({ body }) => body['to'] === to).map(({ body }) => String(body['text']));
  };
  const linkOf = (text: string): URL => new URL(/https?:\S+/.exec(text)![0]);
  const follow = (link: URL): Promise<Response> => fetch(link, { redirect: 'manual' });

  it('leads through the outbox to a session of this site that may set a password, once', async () => {
    const { email, userId } = await signedUp();
    expect((await client().auth.resetPasswordForEmail(email, { redirectTo: 'https://evil.example' })).error).toBeNull();
    const link = linkOf((await mails(email))[0]!);
    expect(link.origin).toBe(served.api.url);
    const response = await follow(link);
    expect(response.status).toBe(303);
    const target = new URL(response.headers.get('location')!);
    expect(target.origin + target.pathname).toBe(`${served.api.url}/login`);
    const given = new URLSearchParams(target.hash.slice(1));
    const { auth } = client();
    const session = await auth.setSession({
      access_token: given.get('access_token')!,
      refresh_token: given.get('refresh_token')!,
    });
    expect(session.data.user?.id).toBe(userId);
    expect((await auth.updateUser({ password: 'a new phrase' })).error).toBeNull();
    expect((await client().auth.signInWithPassword({ email, password: 'a new phrase' })).error).toBeNull();
    expect((await follow(link)).headers.get('location')).toMatch(/\/login#error=.*otp_expired/);
  });

  it('works with the code of the link too, and not after half an hour', async () => {
    const { email } = await signedUp();
    await client().auth.resetPasswordForEmail(email);
    const code = linkOf((await mails(email))[0]!).searchParams.get('token')!;
    const verified = await client().auth.verifyOtp({ type: 'recovery', token_hash: code });
    expect(verified.data.user?.email).toBe(email);
    await client().auth.resetPasswordForEmail(email);
    const late = linkOf((await mails(email))[0]!).searchParams.get('token')!;
    served.clock.advance(30 * 60_000);
    expect((await client().auth.verifyOtp({ type: 'recovery', token_hash: late })).error?.status).toBe(400);
  });

  it('a new password ends the links that were asked for before it', async () => {
    const { auth, email } = await signedUp();
    await client().auth.resetPasswordForEmail(email);
    expect((await auth.updateUser({ password: 'a new phrase' })).error).toBeNull();
    const response = await follow(linkOf((await mails(email))[0]!));
    expect(response.headers.get('location')).toMatch(/otp_expired/);
    expect(response.headers.get('location')).not.toMatch(/access_token/);
  });

  it('answers an unknown address as it does a known one, and sends it nothing', async () => {
    const email = newEmail();
    expect(await client().auth.resetPasswordForEmail(email)).toMatchObject({ error: null });
    expect(await mails(email)).toEqual([]);
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
    ['/verify', '{"type":"signup","token":"x"}'],
    ['/verify', '{"type":"recovery","token":"AUTH#USER"}'],
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
    const response = await post('/signup', JSON.stringify({ email: newEmail(), password: PASSWORD }));
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
    const email = newEmail();
    await client(open).auth.signUp({ email, password: PASSWORD });
    await open.close();
    const closed = await serveHome(home, { environment: { AION_SIGN_UP_OPEN: 'false' } });
    const refused = await client(closed).auth.signUp({ email: newEmail(), password: PASSWORD });
    expect(refused.error).toMatchObject({ status: 403, code: 'signup_disabled' });
    expect((await client(closed).auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
    await closed.close();
  });
});
