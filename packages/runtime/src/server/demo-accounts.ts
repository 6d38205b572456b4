import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ensureEntitlement, loadEntitlement } from '@aion/accounts';
import { isAppError } from '@aion/core';
import type { Users } from '@aion/adapters/gotrue/users';
import type { DemoLogins } from '@aion/contracts';
import type { Embedded } from '../compose-embedded.ts';
import { keep } from '../home/secrets.ts';

const ACCOUNTS = [
  { label: 'Basic', email: 'basic@demo.aion', tier: 'basic', role: 'member' },
  { label: 'Pro', email: 'pro@demo.aion', tier: 'pro', role: 'member' },
  { label: 'Elite', email: 'elite@demo.aion', tier: 'elite', role: 'member' },
  { label: 'Admin', email: 'admin@demo.aion', tier: 'elite', role: 'admin' },
] as const;

export const isLoopback = (host: string): boolean => host === '127.0.0.1' || host === '::1' || host === 'localhost';

/**
 * The four demo accounts, with passwords of this home's own, while the models are stubs on a loopback host. Null otherwise: then
 * those that an earlier start made are locked, so that no password printed once opens anything later.
 */
export async function ensureDemoAccounts(embedded: Embedded, users: Users): Promise<DemoLogins | null> {
  const { config, home } = embedded.loaded;
  if (!config.demoAccounts || !isLoopback(config.host) || config.mode === 'prod') {
    await lockDemoAccounts(embedded, users);
    return null;
  }
  const made = keep(join(home, 'secrets', 'demo-passwords.json'), () =>
    JSON.stringify(Object.fromEntries(ACCOUNTS.map(({ email }) => [email, `demo-${randomBytes(5).toString('hex')}`]))),
  );
  const passwords = JSON.parse(made) as Record<string, string>;
  const logins: DemoLogins['logins'] = [];
  for (const { label, email, tier, role } of ACCOUNTS) {
    const password = passwords[email]!;
    const found = await users.findByEmail(email);
    const user = found ?? (await users.create(email, password));
    // Locked by an earlier start: the home's own password opens it again.
    if (found !== undefined && !(await opens(users, email, password))) await users.setPassword(found, password, '');
    await ensureEntitlement(embedded.items, {
      userId: user.id,
      email,
      tier,
      role,
      source: 'demo',
      updatedMs: embedded.clock.nowMs(),
    });
    logins.push({ label, email, password });
  }
  return { logins };
}

async function opens(users: Users, email: string, password: string): Promise<boolean> {
  try {
    await users.checkPassword(email, password);
    return true;
  } catch (error) {
    if (isAppError(error, 'unauthenticated')) return false;
    throw error;
  }
}

/** Gives each demo account that exists a password that nobody knows, and ends its sessions. */
async function lockDemoAccounts(embedded: Embedded, users: Users): Promise<void> {
  for (const { email } of ACCOUNTS) {
    const user = await users.findByEmail(email);
    if (user === undefined) continue;
    const entitlement = await loadEntitlement(embedded.items, user.id);
    if (entitlement?.source !== 'demo') continue;
    await users.setPassword(user, randomBytes(32).toString('hex'), '');
  }
}
