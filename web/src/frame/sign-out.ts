import { leaveFor, leaveForLogin } from '../data/leave.ts';
import { postSession, SessionRefusal } from '../session/browser.ts';

/**
 * Ends the session on the server, then leaves for the login with a full load, so that no page stays in memory. The login says when the
 * server could not end it. Throws when this site does not answer: then the session is still here.
 */
export async function signOut(): Promise<null> {
  try {
    await postSession('sign-out', {});
    leaveForLogin('/');
  } catch (error) {
    if (!(error instanceof SessionRefusal && error.code === 'session_stays')) throw error;
    leaveFor('/login?session=stays');
  }
  return null;
}
