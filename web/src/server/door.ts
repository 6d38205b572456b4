import type { IncomingMessage, ServerResponse } from 'node:http';
import { HSTS, isLoopbackName } from '@aion/contracts/allowed-host';
import { notedByProxy } from '@aion/contracts/forwarded-for';
import { BARE_POLICY, SECURITY_HEADERS } from '../security-headers.ts';

/** Puts the security headers on an answer as it leaves, where it has none of its own by then. */
export function dressAnswer(request: IncomingMessage, response: ServerResponse, siteUrl: string): void {
  const { host } = request.headers;
  const added = {
    ...SECURITY_HEADERS,
    'content-security-policy': BARE_POLICY,
    ...(siteUrl.startsWith('https:') && !isLoopbackName(host) ? { 'strict-transport-security': HSTS } : {}),
  };
  const writeHead = response.writeHead.bind(response) as (...all: unknown[]) => ServerResponse;
  response.writeHead = ((...all: unknown[]) => {
    for (const [name, value] of Object.entries(added)) if (!response.hasHeader(name)) response.setHeader(name, value);
    return writeHead(...all);
  }) as typeof response.writeHead;
}

/** Whether the path of a request target is text once it is decoded. */
export function isReadablePath(target: string): boolean {
  try {
    decodeURIComponent(target.split('?', 1)[0] ?? '');
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

/** Whether a path is one of those that read a body, which have limits: the API's and the session's. Pages are only read. */
export const takesBody = (target: string): boolean => /^\/(v1|session)\//.test(target);

/**
 * The address that a request came from: the other end of its connection. Where the operator has named the site's address for its
 * readers, a proxy on this machine is in front, and the last address that it noted is its own word; those before are the client's.
 */
export function viewerOf(request: IncomingMessage, siteUrl: string): string {
  const peer = request.socket.remoteAddress ?? 'unknown';
  const behindProxy = siteUrl !== '' && /^(::1|(::ffff:)?127\..*)$/.test(peer);
  const noted = behindProxy ? notedByProxy([request.headers['x-forwarded-for'] ?? []].flat().join(',')) : undefined;
  return noted ?? peer;
}
