import type { SupabaseClient } from '@supabase/supabase-js';
import { describe, expect, it } from 'vitest';
import { loadEntitlement } from '@aion/accounts';
import { clientOf, codeOf, newEmail, PASSWORD, servedDemo, signUp } from './identity-clients.ts';
import { mailsTo } from './served-home.ts';

const served = servedDemo('identity');
const tokenOf = async (auth: SupabaseClient['auth']): Promise<string> =>
  (await auth.getSession()).data.session!.access_token;
const me = (token: string): Promise<Response> =>
  fetch(`${served().api.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });

describe('unmodified supabase-js against one machine', () => {
  it('signs up into a basic member account whose token the API takes', async () => {
    const { auth, email, userId } = await signUp(served());
    expect(await loadEntitlement(served().embedded.items, userId)).toMatchObject({ tier: 'basic', role: 'member' });
    expect(await (await me(await tokenOf(auth))).json()).toMatchObject({
      userId,
      email,
      tier: 'basic',
      capabilities: { admin: false, signals: 'top5' },
    });
    expect((await auth.getUser()).data.user).toMatchObject({ id: userId, email });
  });

  it('verifies its tokens against the published key, without asking the server', async () => {
    const { auth, userId } = await signUp(served());
    const { data, error } = await auth.getClaims();
    expect(error).toBeNull();
    expect(data?.claims).toMatchObject({ sub: userId, aud: 'authenticated', role: 'authenticated' });
    expect(data?.header.alg).toBe('ES256');
  });

  it('signs in, whatever the case of the address, and not with a wrong password or an unknown address', async () => {
    const { email, userId } = await signUp(served());
    const { auth } = clientOf(served());
    const right = await auth.signInWithPassword({ email: email.toUpperCase(), password: PASSWORD });
    expect(right.data.user?.id).toBe(userId);
    const wrong = await clientOf(served()).auth.signInWithPassword({ email, password: `${PASSWORD}!` });
    const unknown = await clientOf(served()).auth.signInWithPassword({ email: newEmail(), password: PASSWORD });
    expect(wrong.data.session).toBeNull();
    expect(wrong.error).toMatchObject({ status: 400, code: 'invalid_credentials' });
    // Nobody learns from the answer which addresses have an account.
    expect(unknown.error?.message).toBe(wrong.error?.message);
  });

  it('refuses a short password and an address that is none', async () => {
    const { auth } = clientOf(served());
    expect((await auth.signUp({ email: newEmail(), password: 'short' })).error?.status).toBe(400);
    expect((await auth.signUp({ email: 'no address', password: PASSWORD })).error?.status).toBe(400);
  });

  it('makes no account before the address is shown to be the person’s', async () => {
    const email = newEmail();
    const { data } = await clientOf(served()).auth.signUp({ email, password: PASSWORD });
    const early = await clientOf(served()).auth.signInWithPassword({ email, password: PASSWORD });
    expect(early.error).toMatchObject({ status: 400, code: 'invalid_credentials' });
    expect(await loadEntitlement(served().embedded.items, data.user!.id)).toBeUndefined();
    const code = await codeOf(served(), email);
    const confirmed = await clientOf(served()).auth.verifyOtp({ type: 'signup', token_hash: code });
    expect(confirmed.data.user?.id).toBe(data.user!.id);
    // Once, and not after a day.
    expect((await clientOf(served()).auth.verifyOtp({ type: 'signup', token_hash: code })).error?.status).toBe(400);
    const late = newEmail();
    await clientOf(served()).auth.signUp({ email: late, password: PASSWORD });
    const lateCode = await codeOf(served(), late);
    served().clock.advance(24 * 3_600_000 + 1000);
    expect((await clientOf(served()).auth.verifyOtp({ type: 'signup', token_hash: lateCode })).error?.status).toBe(400);
  });

  it('opens by no password but the one that who followed the link has set: a sign-up may be of somebody else', async () => {
    const email = newEmail();
    await clientOf(served()).auth.signUp({ email, password: 'the attacker’s own' });
    const attacker = () => clientOf(served()).auth.signInWithPassword({ email, password: 'the attacker’s own' });
    const { auth } = clientOf(served());
    await auth.verifyOtp({ type: 'signup', token_hash: await codeOf(served(), email) });
    expect((await attacker()).error).toMatchObject({ status: 400, code: 'invalid_credentials' });
    expect((await auth.updateUser({ password: PASSWORD })).error).toBeNull();
    expect((await attacker()).error?.status).toBe(400);
    expect((await clientOf(served()).auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
  });

  it('answers a sign-up of an address that has an account as any other; only its owner’s mail says so', async () => {
    const { email } = await signUp(served());
    const shapeOf = ({ data, error }: Awaited<ReturnType<SupabaseClient['auth']['signUp']>>) => ({
      error,
      session: data.session,
      keys: Object.keys(data.user!).sort(),
      confirmed: data.user!.email_confirmed_at,
      identities: data.user!.identities,
    });
    const known = await clientOf(served()).auth.signUp({ email, password: 'the second password' });
    const unknown = await clientOf(served()).auth.signUp({ email: newEmail(), password: 'the second password' });
    expect(shapeOf(known)).toEqual(shapeOf(unknown));
    expect(await mailsTo(served(), email)).toContainEqual(
      expect.objectContaining({ subject: 'You have an account already', link: null }),
    );
    expect(
      (await clientOf(served()).auth.signInWithPassword({ email, password: 'the second password' })).error?.status,
    ).toBe(400);
    expect((await clientOf(served()).auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
  });

  it('of two sign-ups for one address the first that is confirmed has it', async () => {
    const email = newEmail();
    const codes: string[] = [];
    for (const password of ['the first password', 'the second password']) {
      served().clock.advance(1);
      await clientOf(served()).auth.signUp({ email, password });
      codes.push(await codeOf(served(), email));
    }
    expect((await clientOf(served()).auth.verifyOtp({ type: 'signup', token_hash: codes[1]! })).error).toBeNull();
    expect((await clientOf(served()).auth.verifyOtp({ type: 'signup', token_hash: codes[0]! })).error?.status).toBe(
      400,
    );
  });

  it('trades a refresh token for a new one; the old one comes again only at once, later it ends the session', async () => {
    const { auth } = await signUp(served());
    const first = (await auth.getSession()).data.session!.refresh_token;
    const next = await auth.refreshSession({ refresh_token: first });
    const second = next.data.session!.refresh_token;
    expect(second).not.toBe(first);
    // Two tabs that refresh at once both go on, with one session: a copy does not live on beside it.
    const again = await clientOf(served()).auth.refreshSession({ refresh_token: first });
    expect(again.data.session?.refresh_token).toBe(second);
    served().clock.advance(10_001);
    const reused = await clientOf(served()).auth.refreshSession({ refresh_token: first });
    expect(reused.data.session).toBeNull();
    expect(reused.error?.message).toMatch(/Already Used/);
    const thief = await clientOf(served()).auth.refreshSession({ refresh_token: second });
    expect(thief.error?.message).toMatch(/Not Found/);
    expect((await clientOf(served()).auth.refreshSession({ refresh_token: 'never-given' })).error?.status).toBe(400);
  });

  it('of refreshes at the same time all get the same next token', async () => {
    const { auth } = await signUp(served());
    const { refresh_token } = (await auth.getSession()).data.session!;
    const all = await Promise.all(
      Array.from({ length: 6 }, () => clientOf(served()).auth.refreshSession({ refresh_token })),
    );
    const next = all.map(({ data }) => data.session?.refresh_token);
    expect(next[0]).toBeDefined();
    expect(new Set(next).size).toBe(1);
  });

  it('ends all sessions at sign-out, only this one for scope local and only the others for scope others', async () => {
    const { auth, email } = await signUp(served());
    const other = clientOf(served()).auth;
    await other.signInWithPassword({ email, password: PASSWORD });
    const third = clientOf(served()).auth;
    await third.signInWithPassword({ email, password: PASSWORD });
    const lives = async (session: { refresh_token: string }): Promise<boolean> =>
      (await clientOf(served()).auth.refreshSession(session)).error === null;
    const [a, b, c] = await Promise.all([auth, other, third].map(async (x) => (await x.getSession()).data.session!));

    expect((await third.signOut({ scope: 'local' })).error).toBeNull();
    expect([await lives(a!), await lives(b!), await lives(c!)]).toEqual([true, true, false]);
    expect((await auth.signOut({ scope: 'others' })).error).toBeNull();
    expect([await lives(a!), await lives(b!)]).toEqual([true, false]);
    expect((await auth.signOut()).error).toBeNull();
    expect(await lives(a!)).toBe(false);
    expect((await clientOf(served()).auth.getUser(a!.access_token)).error).not.toBeNull();
  });

  it('changes the password: the old one and every other session are of no use any more', async () => {
    const { auth, email } = await signUp(served());
    const other = clientOf(served()).auth;
    const { data } = await other.signInWithPassword({ email, password: PASSWORD });
    expect((await auth.updateUser({ password: 'another phrase' })).error).toBeNull();
    expect((await clientOf(served()).auth.signInWithPassword({ email, password: PASSWORD })).error?.status).toBe(400);
    expect((await clientOf(served()).auth.signInWithPassword({ email, password: 'another phrase' })).error).toBeNull();
    expect((await clientOf(served()).auth.refreshSession(data.session!)).error).not.toBeNull();
    expect((await auth.refreshSession()).error).toBeNull();
  });

  it('a sign-in under way while the password changes does not bring the old one back', async () => {
    const { auth, email } = await signUp(served());
    await Promise.all([
      ...Array.from({ length: 4 }, () => clientOf(served()).auth.signInWithPassword({ email, password: PASSWORD })),
      auth.updateUser({ password: 'another phrase' }),
    ]);
    expect((await clientOf(served()).auth.signInWithPassword({ email, password: 'another phrase' })).error).toBeNull();
    expect((await clientOf(served()).auth.signInWithPassword({ email, password: PASSWORD })).error?.status).toBe(400);
  });

  it('a clock that is set back brings no used refresh token to life again', async () => {
    const { auth } = await signUp(served());
    const first = (await auth.getSession()).data.session!.refresh_token;
    await auth.refreshSession({ refresh_token: first });
    served().clock.advance(60_000);
    served().clock.set(served().clock.nowMs() - 120_000);
    expect((await clientOf(served()).auth.refreshSession({ refresh_token: first })).error?.message).toMatch(
      /Already Used/,
    );
    served().clock.advance(120_000);
  });
});
