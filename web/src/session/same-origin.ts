/**
 * Whether a request that changes something comes from a page of this site. Browsers say where a request comes from; one that they sent
 * for another site is refused, and so is one that does not say it but brings a cookie. Another port is another site.
 */
export function isFromThisSite(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (site !== null && site !== 'same-origin') return false;
  if (origin !== null) return URL.canParse(origin) && new URL(origin).host === headers.get('host')?.toLowerCase();
  // No browser; what it may it must say itself, by a token of its own.
  return site === 'same-origin' || (headers.get('authorization') !== null && headers.get('cookie') === null);
}
