import { afterEach, expect, it, vi } from 'vitest';
import { POST as signUp } from '../app/session/sign-up/route.ts';

vi.mock('server-only', () => ({}));
afterEach(() => void vi.unstubAllGlobals());

it('a sign-up takes no password from the page: the provider is given one that nobody knows', async () => {
  const given: string[] = [];
  vi.stubGlobal('fetch', async (_url: URL, { body }: RequestInit) => {
    given.push((JSON.parse(String(body)) as { password: string }).password);
    return Response.json({});
  });
  const ask = (body: object) =>
    signUp(
      new Request('http://localhost:3000/session/sign-up', {
        method: 'POST',
        headers: {
          host: 'localhost:3000',
          origin: 'http://localhost:3000',
          cookie: '',
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      }),
    );
  expect((await ask({ email: 'victim@example.org', password: 'the attacker’s own' })).status).toBe(400);
  for (let i = 0; i < 2; i++) expect((await ask({ email: 'victim@example.org' })).status).toBe(200);
  expect(given).toHaveLength(2);
  expect(given[0]).not.toBe(given[1]);
  expect(given[0]!.length).toBeGreaterThan(40);
});
