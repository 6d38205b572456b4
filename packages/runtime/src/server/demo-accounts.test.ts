import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadEntitlement, saveEntitlement } from '@aion/accounts';
import { makeUsers } from '@aion/adapters/gotrue/users';
import { newFolder, openHome, removeFolders } from '../../../../test/embedded-home.ts';
import { ensureDemoAccounts } from './demo-accounts.ts';

afterAll(removeFolders);

describe('demo accounts', () => {
  it('are four with passwords of this home’s own, and stay the same at the next start', async () => {
    const home = openHome(newFolder('demo'));
    const users = makeUsers(home.items, home.clock);
    const made = await ensureDemoAccounts(home, users);
    expect(made?.logins.map(({ label }) => label)).toEqual(['Basic', 'Pro', 'Elite', 'Admin']);
    expect(new Set(made!.logins.map(({ password }) => password)).size).toBe(4);
    expect(await ensureDemoAccounts(home, users)).toEqual(made);
    for (const { email, password } of made!.logins) {
      const user = await users.checkPassword(email, password);
      const admin = email.startsWith('admin');
      expect((await loadEntitlement(home.items, user.id))?.role).toBe(admin ? 'admin' : 'member');
    }
    expect(statSync(join(home.loaded.home, 'secrets', 'demo-passwords.json')).mode & 0o777).toBe(0o600);
    home.close();
  });

  it('keep the tier that an operator gave them', async () => {
    const home = openHome(newFolder('demo-tier'));
    const users = makeUsers(home.items, home.clock);
    await ensureDemoAccounts(home, users);
    const { id, email } = (await users.findByEmail('pro@demo.aion'))!;
    await saveEntitlement(home.items, {
      userId: id,
      email,
      tier: 'basic',
      role: 'member',
      source: 'admin',
      updatedMs: 1,
    });
    await ensureDemoAccounts(home, users);
    expect((await loadEntitlement(home.items, id))?.tier).toBe('basic');
    home.close();
  });

  it.each([
    { AION_HOST: '0.0.0.0' },
    { AION_HOST: '192.168.1.2' },
    { AION_HOST: '::' },
    { AION_HOST: '127.0.0.1.example.org' },
    { AION_DEMO_ACCOUNTS: 'false' },
  ])('are not made with %j', async (environment) => {
    const home = openHome(newFolder('no-demo'), environment);
    const users = makeUsers(home.items, home.clock);
    expect(await ensureDemoAccounts(home, users)).toBeNull();
    expect(await users.findByEmail('admin@demo.aion')).toBeUndefined();
    home.close();
  });
});
