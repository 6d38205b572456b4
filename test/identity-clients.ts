import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect } from 'vitest';
import { newFolder, removeFolders } from './embedded-home.ts';
import { mailsTo, saidBySite, serveHome, type ServedHome } from './served-home.ts';

export const PASSWORD = 'correct horse';
let [users, clients] = [0, 0];
export const newEmail = (): string => `user-${++users}@example.org`;

/** The client as it comes from npm; only where it keeps its session is set. */
export function clientOf(at: ServedHome, address = `10.1.${++clients >> 8}.${clients & 255}`): SupabaseClient {
  return createClient(at.api.url, 'no-key-is-needed', {
    auth: { persistSession: false, autoRefreshToken: false },
    // Each client is somebody elsewhere; limits by address are a test of their own.
    global: { headers: saidBySite(at, address) },
  });
}

/** The secret of the newest mail's link to an address. */
export const codeOf = async (at: ServedHome, email: string): Promise<string> =>
  (await mailsTo(at, email)).find(({ link }) => link !== null)!.link!.searchParams.get('token_hash')!;

export async function signUp(at: ServedHome): Promise<{ auth: SupabaseClient['auth']; email: string; userId: string }> {
  const { auth } = clientOf(at);
  const email = newEmail();
  const { data, error } = await auth.signUp({ email, password: PASSWORD });
  expect(error).toBeNull();
  expect(data.session).toBeNull();
  const confirmed = await auth.verifyOtp({ type: 'signup', token_hash: await codeOf(at, email) });
  expect(confirmed.error).toBeNull();
  expect((await auth.updateUser({ password: PASSWORD })).error).toBeNull();
  return { auth, email, userId: confirmed.data.user!.id };
}

/** A home that is served while the tests of a file run. A demo keeps the links of mails, so that they can be followed. */
export function servedDemo(name: string): () => ServedHome {
  let served: ServedHome | undefined;
  beforeAll(async () => void (served = await serveHome(newFolder(name), { simulated: true })));
  afterAll(async () => {
    await served?.close();
    removeFolders();
  });
  return () => served!;
}
