import { randomUUID } from 'node:crypto';
import { misdirectedProblem, type Problem } from '@aion/contracts';
import type { Telemetry } from '@aion/core';

/**
 * What is refused before any route sees it: a request to a name that this server does not have (`misdirected`: why), and one that a
 * browser sends for a page of another site. Undefined lets the request in.
 */
export function refusedAtTheDoor(
  request: Request,
  misdirected: string | undefined,
  telemetry: Telemetry,
): Response | undefined {
  const correlationId = randomUUID();
  const problem =
    misdirected === undefined
      ? isOfAnotherSite(request) && otherSiteProblem(correlationId)
      : misdirectedProblem(misdirected, correlationId);
  if (problem === false) return undefined;
  telemetry.log('info', 'request refused', { code: problem.code, correlationId });
  return Response.json(problem, {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-request-id': correlationId,
    },
  });
}

/**
 * Whether a browser sends this for a page of another site or port, and not only to read. It could not read the answer, but act by it.
 * No page speaks to this port but its own documentation: the site's pages ask the site.
 */
function isOfAnotherSite({ method, headers }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  return method !== 'GET' && method !== 'HEAD' && (site === 'cross-site' || site === 'same-site');
}

const otherSiteProblem = (correlationId: string): Problem => ({
  type: 'urn:aion:problem:cross_site',
  title: 'Not allowed',
  status: 403,
  detail: 'This can be asked by a program or by a page of this address, and by no page of another.',
  code: 'cross_site',
  correlationId,
});
