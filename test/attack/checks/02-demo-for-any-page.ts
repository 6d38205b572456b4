import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CSV_HEADER, csvLines, smallMarket } from '../../embedded-home.ts';
import { ask, must } from '../ask.ts';
import type { Attack, PrintedLogin, Product } from '../attack.ts';
import { loginOf } from '../browse.ts';
import { raw } from '../raw.ts';

const PATHS = ['/', '/login', '/v1/health', '/v1/me', '/v1/demo/logins', '/v1/docs', '/auth/v1/health', '/icon.svg'];
/** What opens an account of a demo. */
const PASSWORD = /demo-[0-9a-f]{10}/;

const signIn = (product: Product, { email, password }: Pick<PrintedLogin, 'email' | 'password'>) =>
  ask(product, '/auth/v1/token?grant_type=password', { json: { email, password } });

export const attacks: readonly Attack[] = [
  {
    row: '2',
    title: 'a page whose name was pointed at this machine reads the product as its own',
    async run({ siteUrl, apiUrl }) {
      for (const base of [siteUrl, apiUrl])
        for (const path of PATHS) {
          const answer = await raw(base, path, { headers: { host: 'rebound.attacker.example' } });
          must(answer.status === 421, `${base}${path} answered ${answer.status} to another site’s name`);
        }
    },
  },
  {
    row: '2',
    title: 'the passwords of the demo are given to whoever asks',
    async run({ siteUrl, apiUrl }) {
      for (const base of [siteUrl, apiUrl])
        for (const path of ['/v1/demo/logins', '/login', '/v1/demo/open', '/']) {
          const { text } = await raw(base, path);
          must(!PASSWORD.test(text), `${base}${path} tells ${PASSWORD.exec(text)?.[0]}`);
        }
    },
  },
  {
    row: '2',
    title: 'a demo behind a proxy is open to the world',
    async run({ siteUrl, apiUrl }) {
      for (const base of [siteUrl, apiUrl])
        for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip']) {
          const answer = await raw(base, base === siteUrl ? '/login' : '/v1/health', {
            headers: { [header]: '203.0.113.7' },
          });
          must(answer.status === 421, `${base} answered ${answer.status} to a request with ${header}`);
        }
    },
  },
  {
    row: '2',
    title: 'a demo account whose owner changed the password opens by the printed one after a restart',
    async run(target) {
      const first = await target.another();
      const login = loginOf(first, 'Basic');
      const { access_token: token } = JSON.parse((await signIn(first, login)).text) as { access_token: string };
      const changed = await ask(first, '/auth/v1/user', {
        method: 'PUT',
        json: { password: 'the owner’s own' },
        headers: { authorization: `Bearer ${token}` },
      });
      must(changed.status === 200, `the password could not be changed: ${changed.text}`);
      await first.stop();
      const again = await target.another({ home: first.home });
      const [printed, own] = [
        await signIn(again, login),
        await signIn(again, { ...login, password: 'the owner’s own' }),
      ];
      await again.stop();
      must(printed.status !== 200, 'the printed password opens the account that its owner had closed to it');
      must(own.status === 200, `the owner’s password is no longer theirs: ${own.text}`);
    },
  },
  {
    row: '2',
    title: 'a home that has real data now keeps the demo’s administrator',
    async run(target) {
      const folder = target.folder('real-data');
      writeFileSync(join(folder, 'bars.csv'), [CSV_HEADER, ...csvLines(smallMarket(30, 320).daily)].join('\n'));
      const product = await target.another({ args: ['--data', folder] });
      const admin = await signIn(product, loginOf(target, 'Admin'));
      const { printed } = product;
      await product.stop();
      must(!PASSWORD.test(printed), `a home with real data prints ${PASSWORD.exec(printed)?.[0]}`);
      must(admin.status !== 200, 'the demo’s administrator signs in to a home with real data');
    },
  },
];
