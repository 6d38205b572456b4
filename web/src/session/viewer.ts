/** What the door of this site has put on a request: the address that it came from. It lets no such header of a stranger through. */
export const VIEWER_HEADER = 'x-aion-viewer';
const PROOF_HEADER = 'x-aion-door';

/** Tells the product's own server whose request this is, with the secret that both were given at their start. */
export function sayViewer(from: Headers, to: Headers): void {
  const [viewer, secret] = [from.get(VIEWER_HEADER), process.env['AION_DOOR_SECRET']];
  if (viewer === null || secret === undefined || secret === '') return;
  to.set(VIEWER_HEADER, viewer);
  to.set(PROOF_HEADER, secret);
}
