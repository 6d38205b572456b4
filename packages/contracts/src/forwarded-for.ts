import { isIP } from 'node:net';

/**
 * The address that the nearest proxy noted in X-Forwarded-For: the last one, since those before are what it was sent. Some proxies write
 * the port beside it, and brackets around an IPv6 address that has one: without those each connection would count as another caller.
 * Undefined where there is none.
 *
 * @example notedByProxy('1.2.3.4, 198.51.100.7:51234'); // '198.51.100.7'
 * @example notedByProxy('[2001:db8::1]:443'); // '2001:db8::1'
 */
export function notedByProxy(forwardedFor: string | undefined): string | undefined {
  const noted = (forwardedFor ?? '').split(',').at(-1)!.trim();
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(noted)?.[1] ?? noted.replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1');
  return isIP(bare) === 0 ? undefined : bare;
}
