/** What a link from a mail brings in the fragment of the address: a session for one purpose, or why there is none. */
export type MailLink =
  | { kind: 'session'; session: { access_token: string; refresh_token: string } }
  | { kind: 'refused'; code: string; message: string };

/**
 * Reads the fragment and takes it out of the address, before the identity client sees it (that one would refuse it and end
 * the session that is there) and so that no token stays in the history.
 */
export function takeMailLink(): MailLink | null {
  const link = parseMailLink(window.location.hash);
  if (link !== null) window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return link;
}

export function parseMailLink(fragment: string): MailLink | null {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const [access, refresh, errorCode] = ['access_token', 'refresh_token', 'error_code'].map((name) => fields.get(name));
  if (errorCode) {
    return { kind: 'refused', code: errorCode, message: fields.get('error_description') ?? 'This link does not work.' };
  }
  if (!access || !refresh || fields.get('type') !== 'recovery') return null;
  return { kind: 'session', session: { access_token: access, refresh_token: refresh } };
}
