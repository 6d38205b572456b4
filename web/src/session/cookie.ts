/** What the browser keeps for the site and no script can read: who is signed in, by the tokens of the identity provider. */
export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAtS: number;
}

const DAYS_30_S = 30 * 86_400;
const PENDING_S = 600;
/** Browsers drop a cookie that is larger, name and attributes included, and say nothing. */
const MAX_CHARACTERS = 3900;
/** What a cookie's value may have (RFC 6265). */
const COOKIE_TEXT = /^[!#-+\--:<-[\]-~]+$/;

/** `session` signs in; `pending` is what a mail's link opened and nobody has agreed to yet; `view` is an admin looking as a member. */
export type CookieKind = 'session' | 'pending' | 'view';
const NAMES: Readonly<
  Record<CookieKind, { readonly secure: string; readonly loopback: string; readonly maxAgeS: number }>
> = {
  session: { secure: '__Host-aion', loopback: 'aion-auth', maxAgeS: DAYS_30_S },
  pending: { secure: '__Host-aion-pending', loopback: 'aion-pending', maxAgeS: PENDING_S },
  view: { secure: '__Host-aion-view', loopback: 'aion-view', maxAgeS: 3600 },
};

/** The prefix `__Host-` binds a cookie to https, to this host and to the whole of it. Browsers refuse it on loopback's plain http. */
export const cookieName = (kind: CookieKind, secure: boolean): string => NAMES[kind][secure ? 'secure' : 'loopback'];

/** The Set-Cookie header that keeps a value, or takes it away when it is null. */
export function setCookie(kind: CookieKind, value: string | null, secure: boolean): string {
  const maxAgeS = value === null ? 0 : NAMES[kind].maxAgeS;
  const attributes = [`Max-Age=${maxAgeS}`, 'Path=/', 'HttpOnly', 'SameSite=Lax', ...(secure ? ['Secure'] : [])];
  return [`${cookieName(kind, secure)}=${value ?? ''}`, ...attributes].join('; ');
}

/** A session as a cookie's value. Tokens have no `~`. Throws for one that no browser would keep. */
export function toCookie({ accessToken, refreshToken, expiresAtS }: Session): string {
  const value = `${expiresAtS}~${refreshToken}~${accessToken}`;
  if (fromCookie(value) === null || !COOKIE_TEXT.test(value) || value.length > MAX_CHARACTERS)
    throw new Error(
      `a session of ${value.length} characters is none that a browser keeps; take claims out of the token`,
    );
  return value;
}

/** The session in a cookie's value; null for what is none. Whether it is true the API says. */
export function fromCookie(value: string | undefined): Session | null {
  const [expires = '', refreshToken = '', accessToken = '', ...more] = (value ?? '').split('~');
  if (!/^\d{1,12}$/.test(expires) || refreshToken === '' || accessToken === '' || more.length > 0) return null;
  return { accessToken, refreshToken, expiresAtS: Number(expires) };
}

/** A cookie of a request's Cookie header. */
export function readCookie(header: string | null, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at !== -1 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** The address in an access token that this site was given itself; for words on a page, never for a right. */
export function emailOf(session: Session): string | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(session.accessToken.split('.')[1] ?? '', 'base64url').toString());
    const email = (claims as { email?: unknown } | null)?.email;
    return typeof email === 'string' ? email : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
