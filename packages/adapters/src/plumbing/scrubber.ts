const SECRET_PARAMETER =
  /([?&;](?:api[_-]?key|apikey|key|token|access_token|crumb|client_secret|secret)=)[^&#\s"'<>]*/gi;
const AUTHORIZATION = /\b(bearer|basic|token)\s+[\w.~+/:=-]{8,}/gi;

/**
 * Takes secrets out of text that may be shown or logged: each known secret as such and URL-encoded, and whatever stands in a parameter or header
 * that holds one by its name.
 */
export function makeScrubber(secrets: readonly string[]): (text: string) => string {
  const known = secrets.flatMap((secret) => (secret.length < 4 ? [] : [secret, encodeURIComponent(secret)]));
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, '***');
    return clean.replace(SECRET_PARAMETER, '$1***').replace(AUTHORIZATION, '$1 ***');
  };
}

/** The first words of a body, for an error message: one line, no markup, scrubbed. */
export function firstWords(body: string, scrub: (text: string) => string, length = 120): string {
  const plain = body
    .slice(0, 4000)
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\p{Cc}|\s/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
  const clean = scrub(plain);
  return clean.length > length ? `${clean.slice(0, length)}…` : clean || '(nothing)';
}
