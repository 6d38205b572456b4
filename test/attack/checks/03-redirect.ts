import { must } from '../ask.ts';
import type { Attack } from '../attack.ts';
import { browse, fillLogin, loginOf } from '../browse.ts';
import { raw } from '../raw.ts';

/** Nothing listens there: it is enough that the browser goes. */
const ELSEWHERE = '127.0.0.1:3399';

export const attacks: readonly Attack[] = [
  {
    row: '3',
    title: 'the login leads to another site',
    run: (target) =>
      browse(async (page) => {
        const gone: string[] = [];
        const leaves = (url: string): boolean => new URL(url).origin !== target.siteUrl;
        page.on('request', (request) => {
          if (request.isNavigationRequest() && leaves(request.url())) gone.push(request.url());
        });
        for (const next of [
          `/%09/${ELSEWHERE}/x`,
          `/%0A/${ELSEWHERE}/x`,
          `/%0D%09/${ELSEWHERE}`,
          `/.//${ELSEWHERE}/x`,
          `/%5C${ELSEWHERE}`,
          `//${ELSEWHERE}`,
        ]) {
          await page.context().clearCookies();
          await page.goto(`${target.siteUrl}/login?next=${next}`);
          await page.waitForLoadState('networkidle');
          await fillLogin(page, loginOf(target, 'Basic'));
          // Either the product's first page, or a navigation that leaves it.
          await Promise.race([
            page.waitForURL((url) => url.origin === target.siteUrl && url.pathname !== '/login'),
            page.waitForRequest((request) => request.isNavigationRequest() && leaves(request.url())),
          ]);
          must(gone.length === 0, `?next=${next} led to ${gone.join(', ')}`);
        }
      }),
  },
  {
    row: '3',
    title: 'an address that is no text breaks the site',
    async run({ siteUrl }) {
      for (const path of ['/signals/%E0%A4%A', '/signals/%', '/v1/%E0%A4%A', '/%C0%AF']) {
        const { status } = await raw(siteUrl, path);
        must(status === 404, `${path} answered ${status}`);
      }
    },
  },
];
