import { leaveForLogin } from '../data/leave.ts';
import { postSession } from '../session/browser.ts';

/** Ends the session on the server, then leaves for the login with a full load, so that no page stays in memory. */
export async function signOut(): Promise<void> {
  await postSession('sign-out', {});
  leaveForLogin('/');
}
