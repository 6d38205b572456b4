import { hostNamesOf, isAllowedHost, isLoopbackName } from '@aion/contracts/allowed-host';
import { cameThroughDoor } from './viewer.ts';

/** Where this site is reached: its own names, and those of this machine for itself. Set by who starts it. */
export function allowedHosts() {
  const named = [process.env['AION_SITE_URL'] ?? '', ...(process.env['AION_ALLOWED_HOSTS'] ?? '').split(',')];
  return {
    loopback: process.env['AION_LOOPBACK'] !== 'false',
    names: hostNamesOf(named.filter((name) => name !== '')),
  };
}

/**
 * Whether a request was made to a name of this site, and through its front. On AWS the function behind CloudFront has an address of its own
 * that anybody may ask, with whatever name and address they like.
 */
export const isForThisSite = (headers: Headers): boolean =>
  cameThroughDoor(headers) && isAllowedHost(headers.get('host'), allowedHosts());

/** What is said to whoever asks by another name, or past the front of this site. */
export const NOT_AT_ITS_ADDRESS = 'This site answers at its own address alone.';

/** Whether cookies of a request's host are bound to https: everywhere but on this machine itself. */
export const isSecure = (headers: Headers): boolean => !isLoopbackName(headers.get('host'));

/**
 * Whether the site has no https where it would need it: then nobody can sign in, and should be told why. On AWS it always has it, also
 * where its name is not known before it is made; on one machine the address says so that the operator names.
 */
export const lacksHttps = (headers: Headers): boolean =>
  isSecure(headers) &&
  process.env['AION_HTTPS'] !== 'true' &&
  !(process.env['AION_SITE_URL'] ?? '').startsWith('https:');
