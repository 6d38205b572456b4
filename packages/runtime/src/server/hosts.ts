import { hostNamesOf, isLoopbackName, type AllowedHosts } from '@aion/contracts';
import type { Config } from '../config.ts';

type Where = Pick<Config, 'host' | 'siteUrl' | 'allowedHosts'>;

/** Listening on every address names none of them. */
const EVERY_ADDRESS = new Set(['0.0.0.0', '::', '']);

/** An address as it stands in a URL: IPv6 in brackets. */
export const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** The names that this machine's servers answer to. */
export function hostsOf({ host, siteUrl, allowedHosts }: Where): AllowedHosts {
  const own = EVERY_ADDRESS.has(host) ? [] : [inUrl(host)];
  return {
    loopback: true,
    names: hostNamesOf([siteUrl, ...allowedHosts.split(','), ...own].filter((name) => name !== '')),
  };
}

/** Whether nobody but this machine itself is meant to reach the servers: no other address, no name for others. */
export function isForThisMachineOnly(where: Where): boolean {
  return isLoopbackName(inUrl(where.host)) && hostsOf(where).names.every(isLoopbackName);
}
