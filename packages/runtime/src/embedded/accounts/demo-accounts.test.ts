import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadEntitlement, saveEntitlement } from '@aion/accounts';
import { makeUsers } from '@aion/adapters/gotrue/users';
import { newFolder, openHome, removeFolders } from '../../../../../test/embedded-home.ts';
import { saveProfile } from '@aion/jobs';
import { ensureDemoAccounts, hasOwnAdmin } from './demo-accounts.ts';

afterAll(removeFolders);

/** A home that holds the simulated market. */
async function demoHome(name: string, environment: Record<string, string> = {}) {
  const home = openHome(newFolder(name), environment);
  await saveProfile(home.items, { simulated: true, asOfMs: null });
  const users = makeUsers(home.items, home.clock);
  return { home, users, made: await ensureDemoAccounts(home, users) };
}

describe('demo accounts', () => {
  it('are four with passwords of this home’s own, and stay the same at the next start', async () => {
    const { home, users, made } = await demoHome('demo');
    expect(made?.logins.map(({ label }) => label)).toEqual(['Basic', 'Pro', 'Elite', 'Admin']);
    expect(new Set(made!.logins.map(({ password }) => password)).size).toBe(4);
    expect(await ensureDemoAccounts(home, users)).toEqual(made);
    for (const { email, password } of made!.logins) {
      const user = await users.checkPassword(email, password!);
      const admin = email.startsWith('admin');
      expect((await loadEntitlement(home.items, user.id))?.role).toBe(admin ? 'admin' : 'member');
    }
    expect(statSync(join(home.loaded.home, 'secrets', 'demo-passwords.json')).mode & 0o777).toBe(0o600);
    expect(await hasOwnAdmin(home, users)).toBe(false);
    home.close();
  });

  it('keep the tier that an operator gave them', async () => {
    const { home, users } = await demoHome('demo-tier');
    const { id, email } = (await users.findByEmail('pro@demo.aion'))!;
    const given = { userId: id, email, tier: 'basic', role: 'member', source: 'admin', updatedMs: 1 } as const;
    await saveEntitlement(home.items, given);
    await ensureDemoAccounts(home, users);
    expect((await loadEntitlement(home.items, id))?.tier).toBe('basic');
    home.close();
  });

  it('whose owner changed the password stay the owner’s: no start gives it another or tells one', async () => {
    const { home, users } = await demoHome('demo-changed');
    const owner = (await users.findByEmail('admin@demo.aion'))!;
    await users.setPassword(owner, 'the owner’s own');
    const again = await ensureDemoAccounts(home, users);
    expect(again?.logins.map(({ password }) => password === null)).toEqual([false, false, false, true]);
    expect((await users.checkPassword(owner.email, 'the owner’s own')).id).toBe(owner.id);
    // Nor is it locked when the demo ends: somebody administers this home.
    await saveProfile(home.items, { simulated: false, asOfMs: null });
    expect(await ensureDemoAccounts(home, users)).toBeNull();
    expect((await users.checkPassword(owner.email, 'the owner’s own')).id).toBe(owner.id);
    expect(await hasOwnAdmin(home, users)).toBe(true);
    home.close();
  });

  it('are locked, with their sessions, once the home holds real data, and open again with a simulated market', async () => {
    const { home, users, made } = await demoHome('demo-real');
    const { email, password } = made!.logins[3]!;
    const admin = await users.checkPassword(email, password!);
    const { sessionId } = await users.openSession(admin);
    await saveProfile(home.items, { simulated: false, asOfMs: null });
    for (let start = 0; start < 2; start++) {
      expect(await ensureDemoAccounts(home, users)).toBeNull();
      await expect(users.checkPassword(email, password!)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    expect(await users.sessionLives(admin.id, sessionId)).toBe(false);
    expect(await hasOwnAdmin(home, users)).toBe(false);
    await saveProfile(home.items, { simulated: true, asOfMs: null });
    expect(await ensureDemoAccounts(home, users)).toEqual(made);
    home.close();
  });

  it.each([
    { AION_HOST: '0.0.0.0' },
    { AION_HOST: '192.168.1.2' },
    { AION_HOST: '::' },
    { AION_HOST: '127.0.0.1.example.org' },
    { AION_DEMO_ACCOUNTS: 'false' },
    { AION_SITE_URL: 'https://aion.example' },
    { AION_ALLOWED_HOSTS: 'aion.example' },
  ])('are not made with %j', async (environment) => {
    const { home, users, made } = await demoHome('no-demo', environment);
    expect(made).toBeNull();
    expect(await users.findByEmail('admin@demo.aion')).toBeUndefined();
    home.close();
  });

  it('are not made in a home that has no market yet', async () => {
    const home = openHome(newFolder('no-market'));
    const users = makeUsers(home.items, home.clock);
    expect(await ensureDemoAccounts(home, users)).toBeNull();
    expect(await users.findByEmail('admin@demo.aion')).toBeUndefined();
    home.close();
  });
});
