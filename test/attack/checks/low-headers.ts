import { must } from '../ask.ts';
import type { Attack } from '../attack.ts';
import { raw } from '../raw.ts';

const SITE = [
  '/login',
  '/v1/docs',
  '/v1/health',
  '/auth/v1/settings',
  '/icon.svg',
  '/icon.svgx',
  '/_next/static/none.js',
  '/none',
];
const API = [
  '/v1/docs',
  '/v1/docs/swagger-ui.css',
  '/v1/health',
  '/auth/v1/settings',
  '/auth/v1/.well-known/jwks.json',
  '/none',
];

export const attacks: readonly Attack[] = [
  {
    row: 'low',
    title: 'a page can be framed, or a file taken for another kind',
    async run({ siteUrl, apiUrl }) {
      for (const [base, paths] of [
        [siteUrl, SITE],
        [apiUrl, API],
      ] as const)
        for (const path of paths) {
          const { headers } = await raw(base, path);
          must(headers['x-content-type-options'] === 'nosniff', `${base}${path} may be taken for another kind of file`);
          must(headers['x-frame-options'] === 'DENY', `${base}${path} may be framed`);
          must(
            /frame-ancestors 'none'/.test(String(headers['content-security-policy'])),
            `the policy of ${base}${path} lets others frame it: ${String(headers['content-security-policy'])}`,
          );
          must(headers['referrer-policy'] !== undefined, `${base}${path} tells other sites where its reader came from`);
        }
    },
  },
];
