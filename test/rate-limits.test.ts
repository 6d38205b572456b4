import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Problem } from '@aion/contracts';
import { newFolder, removeFolders } from './embedded-home.ts';
import { newMember, serveHome, type Member, type ServedHome } from './served-home.ts';

const LIMITS = {
  address: { perSecond: 10, burst: 20 },
  caller: { perSecond: 2, burst: 5 },
  kill: { perSecond: 2, burst: 5 },
};
let served: ServedHome;
afterEach(() => served.close());
afterAll(removeFolders);

async function open(limits: object = LIMITS): Promise<void> {
  const environment = { AION_LIMITS: JSON.stringify(limits), AION_DEMO_ACCOUNTS: 'false' };
  served = await serveHome(newFolder('limits'), { environment });
}
async function ask(path: string, member?: Member, init: RequestInit = {}): Promise<Response> {
  const headers = { ...(member === undefined ? {} : { authorization: `Bearer ${member.token}` }), ...init.headers };
  const response = await fetch(served.api.url + path, { ...init, headers });
  return new Response(await response.text(), response);
}
const turn = (member: Member | undefined): Promise<Response> =>
  ask('/v1/kill', member, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ active: true, reason: 'because' }),
  });

describe('the limits of the API', () => {
  it('refuse an address that asks too much before it is known who asks, and say when to come back', async () => {
    await open();
    const responses: Response[] = [];
    for (let i = 0; i < 21; i++) responses.push(await ask(i % 2 === 0 ? '/v1/health/live' : '/v1/signals/latest'));
    expect(responses.map(({ status }) => status).filter((status) => status === 429)).toHaveLength(1);
    const last = responses.at(-1)!;
    expect(last.headers.get('retry-after')).toBe('1');
    expect(last.headers.get('ratelimit-policy')).toBe('"address";q=20;w=2');
    expect(last.headers.get('ratelimit')).toBe('"address";r=0;t=2');
    expect(Problem.parse(await last.json())).toMatchObject({
      status: 429,
      code: 'rate_limited',
      detail: 'too many requests; ask again in 1 s',
    });
    expect(responses[0]!.headers.get('ratelimit')).toBe('"address";r=19;t=1');
    served.clock.advance(100);
    expect((await ask('/v1/health/live')).status).toBe(200);
  });

  it('count each user for themselves, also behind one address', async () => {
    await open({ ...LIMITS, address: { perSecond: 1e6, burst: 1e6 } });
    const [one, two] = [await newMember(served, 'pro'), await newMember(served, 'pro')];
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await ask('/v1/me', one)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    const other = await ask('/v1/me', two);
    expect(other.status).toBe(200);
    expect(other.headers.get('ratelimit')).toBe('"caller";r=4;t=1');
    served.clock.advance(500);
    expect((await ask('/v1/me', one)).status).toBe(200);
  });

  it('never keep an admin from the kill switch: not by a flood from their address, not by their own requests', async () => {
    await open();
    const admin = await newMember(served, 'basic', 'admin');
    for (let i = 0; i < 40; i++) await ask('/v1/signals/latest');
    expect((await ask('/v1/me', admin)).status).toBe(429);
    for (let i = 0; i < 40; i++) await turn(undefined);
    served.clock.advance(600);
    for (let i = 0; i < 10; i++) await ask('/v1/me', admin);
    for (let i = 0; i < 40; i++) await turn(undefined);
    expect((await turn(admin)).status).toBe(200);
    expect((await ask('/v1/kill', admin)).status).toBe(200);
  });

  it('make a flood on the kill switch wait like any other, of strangers and of members', async () => {
    await open();
    const member = await newMember(served, 'basic');
    const statuses: number[] = [];
    for (let i = 0; i < 60; i++) statuses.push((await turn(i % 2 === 0 ? undefined : member)).status);
    expect(new Set(statuses)).toEqual(new Set([401, 404, 429]));
    expect(statuses.slice(-3)).toEqual([429, 429, 429]);
  });

  it('believe no client about its address', async () => {
    await open();
    const statuses: number[] = [];
    for (let i = 0; i < 22; i++) {
      const claimed = `203.0.113.${i}`;
      const headers = {
        'x-forwarded-for': claimed,
        forwarded: `for=${claimed}`,
        'x-real-ip': claimed,
        'x-aion-viewer': claimed,
      };
      statuses.push((await ask('/v1/health/live', undefined, { headers })).status);
    }
    expect(statuses.at(-1)).toBe(429);
  });

  it('count the people behind the site one by one, whom it names with the secret of this start', async () => {
    await open();
    const proof = served.api.siteEnvironment['AION_DOOR_SECRET']!;
    const from = (viewer: string): Promise<Response> =>
      ask('/v1/health/live', undefined, { headers: { 'x-aion-viewer': viewer, 'x-aion-door': proof } });
    for (let i = 0; i < 21; i++) await from('2001:db8:0:1::7');
    expect((await from('2001:db8::1:0:0:0:9')).status).toBe(429);
    expect((await from('2001:db8:0:2::1')).status).toBe(200);
    expect((await from('198.51.100.7')).status).toBe(200);
  });
});
