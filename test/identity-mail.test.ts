import { describe, expect, it, vi } from 'vitest';
import { makeOutbox } from '@aion/adapters/outbox/outbox';
import { allSqliteItems } from '@aion/adapters/sqlite/all-items';
import { newFolder } from './embedded-home.ts';
import { clientOf, codeOf, newEmail, PASSWORD, servedDemo, signUp } from './identity-clients.ts';
import { mailsTo, serveHome } from './served-home.ts';

const served = servedDemo('identity-mail');

describe('recovery by mail', () => {
  it('leads to a page of this site whose code opens a session that may set a password, once', async () => {
    const { email, userId } = await signUp(served());
    expect(
      (await clientOf(served()).auth.resetPasswordForEmail(email, { redirectTo: 'https://evil.example' })).error,
    ).toBeNull();
    const { link } = (await mailsTo(served(), email)).find(({ subject }) => subject === 'Reset your password')!;
    expect(link!.origin + link!.pathname).toBe(`${served().api.url}/login/confirm`);
    expect(link!.searchParams.get('type')).toBe('recovery');
    const code = link!.searchParams.get('token_hash')!;
    const { auth } = clientOf(served());
    const verified = await auth.verifyOtp({ type: 'recovery', token_hash: code });
    expect(verified.data.user?.id).toBe(userId);
    expect((await auth.updateUser({ password: 'a new phrase' })).error).toBeNull();
    expect((await clientOf(served()).auth.signInWithPassword({ email, password: 'a new phrase' })).error).toBeNull();
    expect((await clientOf(served()).auth.verifyOtp({ type: 'recovery', token_hash: code })).error?.status).toBe(400);
  });

  it('opens nothing by a GET: who only looks at the mail uses nothing up', async () => {
    const { email } = await signUp(served());
    await clientOf(served()).auth.resetPasswordForEmail(email);
    const code = await codeOf(served(), email);
    const looked = await fetch(`${served().api.url}/auth/v1/verify?type=recovery&token=${code}`, {
      redirect: 'manual',
    });
    expect(looked.status).toBe(404);
    expect((await clientOf(served()).auth.verifyOtp({ type: 'recovery', token_hash: code })).error).toBeNull();
  });

  it('works not after half an hour', async () => {
    const { email } = await signUp(served());
    await clientOf(served()).auth.resetPasswordForEmail(email);
    const late = await codeOf(served(), email);
    served().clock.advance(30 * 60_000);
    expect((await clientOf(served()).auth.verifyOtp({ type: 'recovery', token_hash: late })).error?.status).toBe(400);
  });

  it('a new password ends the links that were asked for before it', async () => {
    const { auth, email } = await signUp(served());
    await clientOf(served()).auth.resetPasswordForEmail(email);
    const code = await codeOf(served(), email);
    expect((await auth.updateUser({ password: 'a new phrase' })).error).toBeNull();
    expect((await clientOf(served()).auth.verifyOtp({ type: 'recovery', token_hash: code })).error?.status).toBe(400);
  });

  it('does the same work for an unknown address as for a known one, so that time tells nothing', async () => {
    const { email } = await signUp(served());
    const { items } = served().embedded;
    const work = async (address: string): Promise<string[]> => {
      const done: string[] = [];
      const spies = (['get', 'put', 'delete', 'transact', 'query'] as const).map((verb) => {
        const real = items[verb].bind(items) as (...given: unknown[]) => unknown;
        return vi.spyOn(items, verb).mockImplementation(((...given: unknown[]) => {
          done.push(verb);
          return real(...given);
        }) as never);
      });
      await clientOf(served()).auth.resetPasswordForEmail(address);
      for (const spy of spies) spy.mockRestore();
      return done;
    };
    const known = await work(email);
    expect(known.filter((verb) => verb === 'put').length).toBeGreaterThan(2);
    expect(await work(newEmail())).toEqual(known);
  });

  it('answers an unknown address as it does a known one, and sends it nothing', async () => {
    const email = newEmail();
    expect(await clientOf(served()).auth.resetPasswordForEmail(email)).toMatchObject({ error: null });
    expect(await mailsTo(served(), email)).toEqual([]);
  });
});

describe('the outbox', () => {
  it('of a demo shows a link until it is used, and never keeps it beside the mail', async () => {
    const { email } = await signUp(served());
    await clientOf(served()).auth.resetPasswordForEmail(email);
    const code = await codeOf(served(), email);
    const outbox = makeOutbox(served().embedded.items, served().clock, async () => true);
    const shown = async (): Promise<string> =>
      (await outbox.list({ limit: 200 })).messages.find(
        ({ to, subject }) => to === email && subject === 'Reset your password',
      )!.text;
    expect(await shown()).toContain(code);
    expect(JSON.stringify(await mailsTo(served(), email).then((all) => all.map(({ text }) => text)))).not.toContain(
      code,
    );
    await clientOf(served()).auth.verifyOtp({ type: 'recovery', token_hash: code });
    expect(await shown()).toContain('The link is for the recipient alone');
    expect(await shown()).not.toContain(code);
  });

  it('of a home with real data keeps no link at all', async () => {
    const real = await serveHome(newFolder('real-outbox'));
    const email = newEmail();
    await clientOf(real).auth.signUp({ email, password: PASSWORD });
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
    const outbox = makeOutbox(served().embedded.items, served().clock, async () => true);
    await outbox.sendMail({ to: 'old@example.org', subject: 'old', text });
    const found = (await outbox.list({ limit: 200 })).messages.find(({ to }) => to === 'old@example.org')!;
    expect(found.text).not.toContain('abc');
  });
});
