/** For answers over https: nobody asks this name in the clear again for a year. */
export const HSTS = 'max-age=31536000; includeSubDomains';

/**
 * Which names a server answers to. The names are host names without a port, IPv6 in brackets; one that begins with a dot stands for
 * all below it.
 */
export interface AllowedHosts {
  /** Whether `localhost`, `127.0.0.1` and `[::1]` are among them. */
  readonly loopback: boolean;
  readonly names: readonly string[];
}

const HOST = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::\d{1,5})?$/;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The name in a Host header or in `host:port`, in lower case; undefined for what is neither. */
export function hostName(host: string | null | undefined): string | undefined {
  return HOST.exec((host ?? '').toLowerCase())?.[1];
}

/**
 * Whether a host, with or without a port, is a name of this machine for itself.
 *
 * @example isLoopbackName('localhost:3000') // true
 */
export const isLoopbackName = (host: string | null | undefined): boolean => LOOPBACK.has(hostName(host) ?? '');

/**
 * Whether a request with this Host header is meant for this server. A page of another site whose name was made to point to this
 * machine (DNS rebinding) sends that site's name, and gets nothing: not a page, not a file, not an answer of the API.
 */
export function isAllowedHost(host: string | null | undefined, allowed: AllowedHosts): boolean {
  const name = hostName(host);
  if (name === undefined) return false;
  const below = (parent: string): boolean => parent.startsWith('.') && name.endsWith(parent);
  return allowed.names.some((known) => known === name || below(known)) || (allowed.loopback && LOOPBACK.has(name));
}

/**
 * The host names in addresses (`https://aion.example:8443`) and in plain names, each once. A leading dot stays; what is neither is left out.
 *
 * @example hostNamesOf(['https://aion.example:8443', 'aion.example', '.aion.example']) // ['aion.example', '.aion.example']
 */
export function hostNamesOf(addresses: readonly string[]): string[] {
  const names = addresses.map((address) => {
    const given = address.trim();
    if (URL.canParse(given) && given.includes('//')) return hostName(new URL(given).host);
    const name = hostName(given.replace(/^\./, ''));
    return name !== undefined && given.startsWith('.') ? `.${name}` : name;
  });
  return [...new Set(names.filter((name) => name !== undefined))];
}

const FORWARDED = new Set([
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-original-host',
  'x-host',
  'cf-connecting-ip',
  'true-client-ip',
]);

/** The name of the first header that tells of a proxy in front of this server; undefined where none does. */
export function forwardedHeader(names: Iterable<string>): string | undefined {
  for (const given of names) {
    const name = given.toLowerCase();
    if (FORWARDED.has(name) || name.startsWith('x-forwarded-')) return name;
  }
  return undefined;
}

/** A request as it reached the outermost door of a server. */
export interface ArrivedRequest {
  /** The request target: a path, unless somebody asks as one asks a proxy. */
  readonly target: string;
  readonly host: string | undefined;
  readonly headerNames: Iterable<string>;
}

/**
 * Why a request must not be answered here (with 421), or undefined. `closedToProxies`: a demo hands out accounts to whoever sits at
 * this machine, and a request that came through a proxy is somebody else's.
 *
 * @example
 * const arrived = { target: 'http://other.example/', host: 'aion.example', headerNames: [] };
 * misdirected(arrived, { loopback: true, names: ['aion.example'] }, false) // 'This server answers for itself only: ask for a path.'
 */
export function misdirected(
  request: ArrivedRequest,
  allowed: AllowedHosts,
  closedToProxies: boolean,
): string | undefined {
  if (!request.target.startsWith('/')) return 'This server answers for itself only: ask for a path.';
  if (!isAllowedHost(request.host, allowed))
    return 'This server does not answer to this name. Use the address that it printed at its start, or name the other one in AION_ALLOWED_HOSTS.';
  const forwarded = closedToProxies ? forwardedHeader(request.headerNames) : undefined;
  if (forwarded !== undefined)
    return `This is a demo with open accounts, and ${forwarded} says that a proxy is in front of it. Set AION_DEMO_ACCOUNTS=false first.`;
  return undefined;
}

/**
 * The answer to a misdirected request, as problem details. `correlationId` where the refusal stands in a log.
 *
 * @example misdirectedProblem('This server answers for itself only: ask for a path.').status // 421
 */
export const misdirectedProblem = (detail: string, correlationId?: string) => ({
  type: 'urn:aion:problem:misdirected',
  title: 'Misdirected request',
  status: 421,
  detail,
  code: 'misdirected',
  ...(correlationId !== undefined && { correlationId }),
});
