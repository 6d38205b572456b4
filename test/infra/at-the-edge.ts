import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import { ofType, text, type Resource } from '../../infra/policy/resource.ts';

/** Whom CloudFront speaks with in these requests. */
export const VIEWER = '203.0.113.9';

interface EdgeHeaders {
  [name: string]: { readonly value: string };
}

/**
 * Runs the rendered function of CloudFront on a request, as CloudFront would (runtime 2.0: small-letter names, one object a header), and
 * says what goes on to the origin. The key-value store holds no file, so that each path goes to the site's server.
 */
export async function atTheEdge(
  all: readonly Resource[],
  uri: string,
  sent: Readonly<Record<string, string>>,
): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly origin: string }> {
  const [edge] = ofType(all, 'aws:cloudfront/function:Function') as [Resource];
  const code = text(edge, 'code').replace('import cf from "cloudfront";', '');
  let origin = '';
  const cf = {
    kvs: () => ({
      get: (key: string) =>
        key.endsWith(':metadata')
          ? Promise.resolve(JSON.stringify({ servers: [['server.lambda-url.on.aws', 19.1, 72.9]] }))
          : Promise.reject(new Error('no such key')),
    }),
    updateRequestOrigin: ({ domainName }: { domainName: string }) => (origin = domainName),
  };
  // A realm of its own, as CloudFront gives it: the language's built-in objects and these two names, nothing of this process.
  const handler = runInNewContext(`${code}; handler`, { cf, require: createRequire(import.meta.url) }) as (
    event: object,
  ) => Promise<{ headers: EdgeHeaders }>;
  const headers = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, { value }]));
  const request = { method: 'GET', uri, querystring: {}, headers, cookies: {} };
  const answer = await handler({ version: '1.0', context: {}, viewer: { ip: VIEWER }, request });
  return {
    headers: Object.fromEntries(Object.entries(answer.headers).map(([name, { value }]) => [name, value])),
    origin,
  };
}
