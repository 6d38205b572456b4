import { createHash, timingSafeEqual } from 'node:crypto';

/** What the site puts on its requests to the API: whose they are, and the proof that the site says so. */
const VIEWER = 'x-aion-viewer';
const PROOF = 'x-aion-door';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const THIS_MACHINE = /^(::1|(::ffff:)?127\..*)$/;
const ADDRESS = /^[0-9a-fA-F.:]{2,45}$/;

/**
 * The address of the person who asks. All who sign in through the site come to the API from one address, so the site names theirs, and
 * is believed for a secret that both were given at this start: a stranger's header says nothing. `behindProxy`: a proxy on this machine
 * is in front of the API, and of the addresses that came with a request the last is the one that it noted itself.
 */
export function makeViewerAddress(
  secret: string,
  behindProxy = false,
): (header: (name: string) => string | undefined, peer: string | undefined) => string {
  const expected = digest(secret);
  return (header, peer) => {
    const [viewer, proof] = [header(VIEWER), header(PROOF)];
    const believed = viewer !== undefined && proof !== undefined && timingSafeEqual(digest(proof), expected);
    if (believed) return viewer;
    const noted = header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
    return behindProxy && THIS_MACHINE.test(peer ?? '') && ADDRESS.test(noted) ? noted : (peer ?? 'unknown');
  };
}
