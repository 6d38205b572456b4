import { must } from '../ask.ts';
import type { Attack } from '../attack.ts';
import { browse, signIn } from '../browse.ts';
import { raw } from '../raw.ts';

const DAY_S = 86_400;

export const attacks: readonly Attack[] = [
  {
    row: '7',
    title: 'a script of the page reads the session',
    run: (target) =>
      browse(async (page) => {
        await signIn(page, target, 'Pro');
        // As text: it runs in the page, whose names this program does not have.
        const readable = await page.evaluate<string>(
          'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, document.documentElement.innerHTML])',
        );
        must(!/eyJ[\w-]{20,}/.test(readable) && !readable.includes('aion-auth='), 'a script reads a token');
        for (const cookie of await page.context().cookies()) {
          if (!/auth|aion$/.test(cookie.name)) continue;
          must(cookie.httpOnly, `the cookie ${cookie.name} is readable by scripts`);
          const days = Math.round((cookie.expires - Date.now() / 1000) / DAY_S);
          must(days <= 31, `the cookie ${cookie.name} lives ${days} days`);
        }
      }),
  },
  {
    row: '7',
    title: 'a page of another origin writes with the member’s cookie',
    run: (target) =>
      browse(async (page) => {
        await signIn(page, target, 'Admin');
        const jar = await page.context().cookies();
        const cookie = jar.map(({ name, value }) => `${name}=${value}`).join('; ');
        for (const headers of [
          { origin: 'http://127.0.0.1:3399', 'sec-fetch-site': 'same-site' },
          { origin: 'https://attacker.example', 'sec-fetch-site': 'cross-site' },
          { origin: 'null' },
          {},
        ]) {
          const body = JSON.stringify({ active: true, reason: 'an attack' });
          const sent = { ...headers, cookie, 'content-type': 'application/json' } as Record<string, string>;
          const answer = await raw(target.siteUrl, '/v1/kill', { method: 'POST', headers: sent, body });
          must(
            answer.status === 403,
            `a write from ${JSON.stringify(headers)} answered ${answer.status}: ${answer.text}`,
          );
        }
      }),
  },
  {
    row: '7',
    title: 'behind https nothing says that it must stay https',
    async run(target) {
      const product = await target.another({
        withSite: true,
        environment: { AION_SITE_URL: 'https://aion.example', AION_ALLOWED_HOSTS: 'api.aion.example' },
      });
      for (const [base, path, host] of [
        [product.siteUrl, '/login', 'aion.example'],
        [product.siteUrl, '/icon.svg', 'aion.example'],
        [product.apiUrl, '/v1/health', 'api.aion.example'],
      ] as const) {
        const { status, headers } = await raw(base, path, { headers: { host } });
        must(status === 200, `${host}${path} answered ${status}`);
        const said = String(headers['strict-transport-security'] ?? 'nothing');
        must(/max-age=\d{8}/.test(said), `${host}${path} says ${said}`);
      }
      const out = await raw(product.siteUrl, '/session/sign-out', {
        method: 'POST',
        headers: { host: 'aion.example', origin: 'https://aion.example', 'content-type': 'application/json' },
        body: '{}',
      });
      const cookie = [out.headers['set-cookie'] ?? []].flat()[0] ?? '';
      await product.stop();
      must(/^__Host-.*HttpOnly.*Secure/.test(cookie), `the session’s cookie is "${cookie}"`);
    },
  },
];
