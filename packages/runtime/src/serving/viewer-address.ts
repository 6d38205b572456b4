import { createHash, timingSafeEqual } from 'node:crypto';
import { notedByProxy } from '@aion/contracts/forwarded-for';

/** What the site puts on its requests to the API: whose they are, and the proof that the site says so. */
const VIEWER = 'x-aion-viewer';
const PROOF = 'x-aion-door';

/** SHA-256 of the door's secret in hex, by which the API recognises it without holding it. */
export const doorDigest = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const THIS_MACHINE = /^(::1|(::ffff:)?127\..*)$/;

/**
 * The address of the person who asks. All who sign in through the site come to the API from one address, so the site names theirs, and
 * is believed for a secret that both were given, of which `digest` is known here: a stranger's header says nothing. `behindProxy`: a proxy on this machine
 * may be in front of the API. The last address of X-Forwarded-For is taken for the caller's, which is true only of a proxy that sets the
 * header or adds to it: one that passes on what it was sent lets everybody name their own address, and so escape the limits. Any program
 * of this machine can do so too.
 */
export function makeViewerAddress(
  digest: string,
  behindProxy = false,
): (header: (name: string) => string | undefined, peer: string | undefined) => string {
  const expected = Buffer.from(digest, 'hex');
  return (header, peer) => {
    const [viewer, proof] = [header(VIEWER), header(PROOF)];
    const believed =
      viewer !== undefined && proof !== undefined && timingSafeEqual(Buffer.from(doorDigest(proof), 'hex'), expected);
    if (believed) return viewer;
    const noted = behindProxy && THIS_MACHINE.test(peer ?? '') ? notedByProxy(header('x-forwarded-for')) : undefined;
    return noted ?? peer ?? 'unknown';
  };
}
