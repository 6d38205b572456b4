import { hostNamesOf, isLoopbackName, type AllowedHosts } from '@aion/contracts';
import type { Config } from '@aion/jobs';

type Where = Pick<Config, 'host' | 'siteUrl' | 'allowedHosts'>;

/** An address as it stands in a URL: IPv6 in brackets. */
export const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** The URL's own spelling of an address: `0` is `0.0.0.0`, `::0` is `[::]`. */
function spelled(host: string): string {
  const url = `http://${inUrl(host)}`;
  return URL.canParse(url) ? new URL(url).hostname : inUrl(host);
}

/** Listening on every address names none of them. */
const isEveryAddress = (host: string): boolean => ['', '0.0.0.0', '[::]'].includes(spelled(host));

/** Where this machine itself reaches a server that listens there, as it stands in a URL: at every address is at loopback too. */
export function reachedAt(host: string): string {
  if (!isEveryAddress(host)) return inUrl(host);
  return spelled(host) === '[::]' ? '[::1]' : '127.0.0.1';
}

/** The names that this machine's servers answer to. */
export function hostsOf({ host, siteUrl, allowedHosts }: Where): AllowedHosts {
  const own = isEveryAddress(host) ? [] : [inUrl(host)];
  return {
    loopback: true,
    names: hostNamesOf([siteUrl, ...allowedHosts.split(','), ...own].filter((name) => name !== '')),
  };
}

/** Whether nobody but this machine itself is meant to reach the servers: no other address, no name for others. */
export function isForThisMachineOnly(where: Where): boolean {
  return isLoopbackName(inUrl(where.host)) && hostsOf(where).names.every(isLoopbackName);
}
