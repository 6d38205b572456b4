import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ensureEntitlement } from '@aion/accounts';
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

/** The four demo accounts, with passwords of this home's own. Null where they are switched off or others could reach the host. */
export async function ensureDemoAccounts(embedded: Embedded, users: Users): Promise<DemoLogins | null> {
  const { config, home } = embedded.loaded;
  if (!config.demoAccounts || !isLoopback(config.host)) return null;
  const made = keep(join(home, 'secrets', 'demo-passwords.json'), () =>
    JSON.stringify(Object.fromEntries(ACCOUNTS.map(({ email }) => [email, `demo-${randomBytes(5).toString('hex')}`]))),
  );
  const passwords = JSON.parse(made) as Record<string, string>;
  const logins: DemoLogins['logins'] = [];
  for (const { label, email, tier, role } of ACCOUNTS) {
    const password = passwords[email]!;
    const user = (await users.findByEmail(email)) ?? (await users.create(email, password));
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
