import { createHash, timingSafeEqual } from 'node:crypto';

/** What the site puts on its requests to the API: whose they are, and the proof that the site says so. */
const VIEWER = 'x-aion-viewer';
const PROOF = 'x-aion-door';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * The address of the person who asks. All who sign in through the site come to the API from one address, so the site names theirs, and
 * is believed for a secret that both were given at this start: a stranger's header says nothing.
 */
export function makeViewerAddress(
  secret: string,
): (header: (name: string) => string | undefined, peer: string | undefined) => string {
  const expected = digest(secret);
  return (header, peer) => {
    const [viewer, proof] = [header(VIEWER), header(PROOF)];
    const believed = viewer !== undefined && proof !== undefined && timingSafeEqual(digest(proof), expected);
    return believed ? viewer : (peer ?? 'unknown');
  };
}
