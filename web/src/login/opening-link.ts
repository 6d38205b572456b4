/** What a link that a start printed is for. Its secret is in the fragment, which no server sees and no log keeps. */
export interface OpeningLink {
  readonly kind: 'demo' | 'first-admin';
  readonly secret: string;
}

export function parseOpeningLink(fragment: string): OpeningLink | null {
  const found = /^#(demo|first-admin)=([\w-]{20,200})$/.exec(fragment);
  return found === null ? null : { kind: found[1] as OpeningLink['kind'], secret: found[2] ?? '' };
}

/** Reads the fragment and takes it out of the address, so that the secret does not stay in the history. */
export function takeOpeningLink(): OpeningLink | null {
  const link = parseOpeningLink(window.location.hash);
  if (window.location.hash !== '')
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return link;
}
