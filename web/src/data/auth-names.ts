/** The browser and the server must agree on the cookie that holds the session. */
export const AUTH_COOKIE = 'aion-auth';
/** The embedded identity endpoint takes any non-empty key. */
export const ANON_KEY = 'aion-embedded';
