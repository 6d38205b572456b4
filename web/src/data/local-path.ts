const SITE = 'http://site.invalid';
const MAX_LENGTH = 2000;
/** URL parsers drop tabs and line ends wherever they stand and take a backslash for a slash: no path of ours has one. */
// oxlint-disable-next-line no-control-regex
const NEVER_IN_A_PATH = /[\u0000-\u001f\u007f-\u009f\\]/;

/**
 * Where to go next: a path of this site, or `/` for whatever is none. It is decided by what a URL parser makes of it, and what comes
 * back is what the parser made, so that the browser cannot read it differently.
 *
 * @example localPath('/signals/a?x=1') === '/signals/a?x=1'; localPath('/\t/evil.example') === '/'
 */
export function localPath(next: unknown): string {
  if (typeof next !== 'string' || next.length > MAX_LENGTH || !next.startsWith('/')) return '/';
  if (NEVER_IN_A_PATH.test(next) || !URL.canParse(next, SITE)) return '/';
  const url = new URL(next, SITE);
  const path = url.pathname + url.search + url.hash;
  // `/.//evil.example` is a path of this site whose normal form is the address of another.
  if (url.origin !== SITE || path.startsWith('//')) return '/';
  // The login leads to itself no further.
  return /^\/login(\/|$)/.test(url.pathname) ? '/' : path;
}

/** The login that leads back to `path`. */
export function loginPath(path: unknown): string {
  const back = localPath(path);
  return back === '/' ? '/login' : `/login?next=${encodeURIComponent(back)}`;
}
