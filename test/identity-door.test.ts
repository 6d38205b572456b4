import { describe, expect, it } from 'vitest';
import { newFolder } from './embedded-home.ts';
import { clientOf, newEmail, PASSWORD, servedDemo, signUp } from './identity-clients.ts';
import { newMember, serveHome } from './served-home.ts';

const served = servedDemo('identity-door');

describe('the identity endpoint on hostile input', () => {
  const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${served().api.url}/auth/v1${path}`, { method: 'POST', body, headers });

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
    const { email } = await signUp(served());
    const response = await post('/token?grant_type=password', JSON.stringify({ email, password: PASSWORD }));
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await response.text()).toContain('refresh_token');
  });

  it('takes no forged bearer for a session', async () => {
    for (const path of ['/user', '/logout']) {
      const method = path === '/user' ? 'GET' : 'POST';
      for (const authorization of ['', 'Bearer x.y.z', 'Basic YTpi']) {
        const headers = authorization === '' ? {} : { authorization };
        const response = await fetch(`${served().api.url}/auth/v1${path}`, { method, headers });
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
    const refused = await clientOf(closed).auth.signUp({ email: newEmail(), password: PASSWORD });
    expect(refused.error).toMatchObject({ status: 403, code: 'signup_disabled' });
    expect((await clientOf(closed).auth.signInWithPassword({ email, password: 'a long password' })).error).toBeNull();
    await closed.close();
  });
});
