/**
 * Serves the built site on one machine: Next's own request handler behind a door. The door answers to the site's names alone (421),
 * refuses what came through a proxy while the demo is on, keeps headers of strangers that the site would believe away from it, and
 * puts the security headers on every answer, files and refusals too. On AWS CloudFront and its function do the same (`infra/resources/edge.ts`).
 *
 * @example node src/server/serve-site.ts --hostname 127.0.0.1 --port 3000
 */
import { createServer, type IncomingMessage } from 'node:http';
import { parseArgs } from 'node:util';
import next from 'next';
import { misdirected, misdirectedProblem } from '@aion/contracts/allowed-host';
import { allowedHosts } from '../session/where.ts';
import { VOUCHED } from '../vouched-headers.ts';
import { dressAnswer, isReadablePath, takesBody, viewerOf } from './door.ts';

const { values } = parseArgs({
  options: { hostname: { type: 'string', default: '127.0.0.1' }, port: { type: 'string', default: '3000' } },
});
const port = Number(values.port);
const hosts = allowedHosts();
const closedToProxies = process.env['AION_CLOSED_TO_PROXIES'] === 'true';
const siteUrl = process.env['AION_SITE_URL'] ?? '';
const doorSecret = process.env['AION_DOOR_SECRET'] ?? '';

const site = next({ dev: false, dir: process.cwd(), hostname: values.hostname, port });
const handle = site.getRequestHandler();
await site.prepare();

createServer((request, response) => {
  dressAnswer(request, response, siteUrl);
  const { url: target = '', headers } = request;
  const why = misdirected({ target, host: headers.host, headerNames: Object.keys(headers) }, hosts, closedToProxies);
  if (why !== undefined) return refuse(421, misdirectedProblem(why));
  if (!isReadablePath(target)) {
    if (target.startsWith('/v1/'))
      return refuse(404, {
        type: 'about:blank',
        title: 'Not found',
        status: 404,
        code: 'not_found',
        detail: 'The address is no text.',
      });
    // Next answers an address that it cannot decode with a bare 500; what it does not have is its own page.
    request.url = '/no-such-address';
  }
  // A form that is sent before its script has come gets its page again, and Next no body to hold in memory for a stranger.
  if (!takesBody(target) && request.method !== 'HEAD') request.method = 'GET';
  const viewer = viewerOf(request, siteUrl);
  for (const name of Object.keys(headers)) if (VOUCHED.test(name)) delete headers[name];
  headers['x-aion-viewer'] = viewer;
  headers['x-aion-door'] = doorSecret;
  handle(request, response).catch((error: unknown) => {
    process.stderr.write(`${JSON.stringify({ level: 'error', event: 'request_failed', error: String(error) })}\n`);
    response.destroy();
  });

  function refuse(status: number, problem: object): void {
    response.writeHead(status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(problem));
  }
})
  // The site has no sockets; the live server has its own address.
  .on('upgrade', (_request: IncomingMessage, socket) => socket.destroy())
  // Whoever started it waits for this line: another server may answer on a port that this one did not get.
  .listen(port, values.hostname, () => void process.stdout.write('the site listens\n'));
