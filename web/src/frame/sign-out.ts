import { leaveForLogin } from '../data/leave.ts';

/** Ends the session here and on the server, then leaves for the login with a full load, so that no page stays in memory. */
export async function signOut(): Promise<void> {
  const { supabase } = await import('../data/supabase-browser.ts');
  await supabase().auth.signOut({ scope: 'local' });
  leaveForLogin('/');
}
