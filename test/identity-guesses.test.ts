import { describe, expect, it } from 'vitest';
import { makeThrottle } from '@aion/adapters/gotrue/throttle';
import { clientOf, newEmail, PASSWORD, servedDemo, signUp } from './identity-clients.ts';

const served = servedDemo('identity-guesses');

describe('who guesses and who floods', () => {
  const attempt = async (email: string, address: string, password = 'wrong password') =>
    (await clientOf(served(), address).auth.signInWithPassword({ email, password })).error;

  it('waits longer with each wrong try, and locks nobody out: neither the owner elsewhere nor, for long, here', async () => {
    const { email } = await signUp(served());
    for (let i = 0; i < 5; i++) expect((await attempt(email, '198.51.100.1'))?.status).toBe(400);
    for (let i = 0; i < 5; i++)
      expect(await attempt(email, '198.51.100.1')).toMatchObject({ status: 429, code: 'over_request_rate_limit' });
    expect(await attempt(email, '198.51.100.2', PASSWORD)).toBeNull();
    expect((await attempt(newEmail(), '198.51.100.1'))?.status).toBe(400);
    // The refused tries counted for nothing: after a second the owner comes in from the same address too.
    served().clock.advance(1000);
    expect(await attempt(email, '198.51.100.1', PASSWORD)).toBeNull();
    // And a right password makes good for the wrong ones.
    for (let i = 0; i < 5; i++) expect((await attempt(email, '198.51.100.1'))?.status).toBe(400);
  });

  it('tries that come at the same time are counted one by one', async () => {
    const { email } = await signUp(served());
    const all = await Promise.all(Array.from({ length: 12 }, () => attempt(email, '198.51.100.3')));
    expect(all.filter((error) => error?.status === 400)).toHaveLength(5);
    expect(all.filter((error) => error?.status === 429)).toHaveLength(7);
  });

  it('is slowed down over all names, and by a restart or a flood of other names nothing is forgotten', async () => {
    const { email } = await signUp(served());
    for (let i = 0; i < 5; i++) await attempt(email, '198.51.100.4');
    const flood = await Promise.all(
      Array.from({ length: 60 }, (_, i) => attempt(`nobody-${i}@example.org`, '198.51.100.4')),
    );
    expect(flood.some((error) => error?.status === 429)).toBe(true);
    const fresh = makeThrottle(served().embedded.items, served().clock);
    await expect(fresh.begin('password', '198.51.100.4', email)).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(fresh.begin('password', '::ffff:198.51.100.4', email)).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('one IPv6 network is one address', async () => {
    const throttle = makeThrottle(served().embedded.items, served().clock);
    for (let i = 1; i < 6; i++) await throttle.begin('password', `2001:db8::${i}`, 'a@example.org');
    await expect(throttle.begin('password', '2001:0db8:0:0:ffff::1', 'a@example.org')).rejects.toThrow(/1 second/);
    await throttle.begin('password', '2001:db8:0:1::1', 'a@example.org');
  });

  it('a clock that is set back makes no wait longer', async () => {
    const throttle = makeThrottle(served().embedded.items, served().clock);
    for (let i = 0; i < 5; i++) await throttle.begin('password', '198.51.100.5', 'b@example.org');
    served().clock.set(served().clock.nowMs() - 3_600_000);
    await expect(throttle.begin('password', '198.51.100.5', 'b@example.org')).rejects.toThrow(/1 second/);
    served().clock.advance(1000);
    await throttle.begin('password', '198.51.100.5', 'b@example.org');
    served().clock.advance(3_600_000);
  });

  it('mails and sign-ups are few from one address, for known names as for unknown ones', async () => {
    const { email } = await signUp(served());
    for (const address of [email, newEmail()]) {
      const from = clientOf(served(), '198.51.100.6').auth;
      for (let i = 0; i < 3; i++) expect((await from.resetPasswordForEmail(address)).error).toBeNull();
      expect((await from.resetPasswordForEmail(address)).error?.status).toBe(429);
      expect((await from.signUp({ email: address, password: PASSWORD })).error?.status).toBe(429);
    }
    const signUps = await Promise.all(
      Array.from({ length: 30 }, () =>
        clientOf(served(), '198.51.100.7').auth.signUp({ email: newEmail(), password: PASSWORD }),
      ),
    );
    expect(signUps.filter(({ error }) => error === null).length).toBeLessThanOrEqual(10);
  });

  it('cannot say where they come from: only the site is believed', async () => {
    const { email } = await signUp(served());
    const tell = (headers: Record<string, string>) =>
      fetch(`${served().api.url}/auth/v1/token?grant_type=password`, {
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
