import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { allEntitlements, ensureEntitlement, loadEntitlement } from '@aion/accounts';
import { bodyOf, isAppError, type StoredForm } from '@aion/core';
import type { User, Users } from '@aion/adapters/gotrue/users';
import type { DemoLogins } from '@aion/contracts';
import { z } from 'zod';
import type { Embedded } from '../compose-embedded.ts';
import { keep, parseJson } from '../home/secrets.ts';
import { isForThisMachineOnly } from '../server/hosts.ts';

const ACCOUNTS = [
  { label: 'Basic', email: 'basic@demo.aion', tier: 'basic', role: 'member' },
  { label: 'Pro', email: 'pro@demo.aion', tier: 'pro', role: 'member' },
  { label: 'Elite', email: 'elite@demo.aion', tier: 'elite', role: 'member' },
  { label: 'Admin', email: 'admin@demo.aion', tier: 'elite', role: 'admin' },
] as const;

/** The password that this program gave a demo account last, as its hash: while it stands, the account is nobody's own. */
const markOf = (email: string) => ({ table: 'product', pk: 'AUTH#DEMO', sk: email }) as const;
const Mark = z.strictObject({ passwordHash: z.string() });
const MARK: StoredForm<z.infer<typeof Mark>> = { what: 'password of a demo account', v: 1, schema: Mark };

/** Whether this home may have open accounts: a market that is simulated, models that are stubs, and nobody but this machine to reach it. */
export async function mayHaveDemo(embedded: Embedded): Promise<boolean> {
  const { config } = embedded.loaded;
  if (!config.demoAccounts || config.mode !== 'stub' || !isForThisMachineOnly(config)) return false;
  return (await embedded.profile()).simulated;
}

/**
 * The four demo accounts, with passwords of this home's own, where it may have them. Null otherwise: then those that an earlier start
 * made are locked, so that no password printed once opens anything later. An account whose password its owner changed stays theirs,
 * and has none here.
 */
export async function ensureDemoAccounts(embedded: Embedded, users: Users): Promise<DemoLogins | null> {
  if (!(await mayHaveDemo(embedded))) {
    await lockDemoAccounts(embedded, users);
    return null;
  }
  const passwords = passwordsOf(embedded);
  const logins: DemoLogins['logins'] = [];
  for (const { label, email, tier, role } of ACCOUNTS) {
    const password = passwords[email]!;
    const found = await users.findByEmail(email);
    const user = found ?? (await users.create(email, password));
    const ours = found === undefined || (await isOurs(embedded, users, found));
    if (ours) {
      // Locked by an earlier start: the home's own password opens it again.
      const open = found === undefined || (await opens(users, email, password));
      await mark(embedded, open ? user : await users.setPassword(user, password));
    }
    await ensureEntitlement(embedded.items, {
      userId: user.id,
      email,
      tier,
      role,
      source: 'demo',
      updatedMs: embedded.clock.nowMs(),
    });
    logins.push({ label, email, password: ours ? password : null });
  }
  return { logins };
}

/** Whether somebody other than the demo's own accounts administers this home. */
export async function hasOwnAdmin(embedded: Embedded, users: Users): Promise<boolean> {
  for (const entitlement of await allEntitlements(embedded.items)) {
    if (entitlement.role !== 'admin') continue;
    const user = entitlement.source === 'demo' ? await users.loadUser(entitlement.userId) : undefined;
    if (user === undefined || !(await isOurs(embedded, users, user))) return true;
  }
  return false;
}

function passwordsOf(embedded: Embedded): Record<string, string> {
  return keep(join(embedded.loaded.home, 'secrets', 'demo-passwords.json'), {
    make: () =>
      JSON.stringify(
        Object.fromEntries(ACCOUNTS.map(({ email }) => [email, `demo-${randomBytes(5).toString('hex')}`])),
      ),
    parse: (text) => parseJson(z.record(z.string(), z.string()), text),
    remedy: 'remove it, and new passwords of the demo are made',
  });
}

async function mark(embedded: Embedded, { email, passwordHash }: User): Promise<void> {
  await embedded.items.put({ ...markOf(email), v: MARK.v, body: { passwordHash } });
}

/** Whether an account has the password that this program gave it. Older homes have it in their file. */
async function isOurs(embedded: Embedded, users: Users, { email, passwordHash }: User): Promise<boolean> {
  const found = bodyOf(await embedded.items.get(markOf(email)), MARK);
  if (found !== undefined) return found.passwordHash === passwordHash;
  const password = passwordsOf(embedded)[email];
  return password !== undefined && (await opens(users, email, password));
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

/** Gives each demo account that is nobody's own a password that nobody knows, and ends its sessions. */
async function lockDemoAccounts(embedded: Embedded, users: Users): Promise<void> {
  for (const { email } of ACCOUNTS) {
    const user = await users.findByEmail(email);
    if (user === undefined || !(await isOurs(embedded, users, user))) continue;
    const entitlement = await loadEntitlement(embedded.items, user.id);
    // An operator who gave it a tier by hand still did not give it a password.
    if (entitlement === undefined) continue;
    await mark(embedded, await users.setPassword(user, randomBytes(32).toString('hex')));
  }
}
