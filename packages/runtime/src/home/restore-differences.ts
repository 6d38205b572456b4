import { existsSync, readFileSync } from 'node:fs';
import { Entitlement } from '@aion/accounts';
import { User } from '@aion/adapters/gotrue/users';
import { isStateInitialised, openStateFile } from '@aion/adapters/sqlite/state-file';
import { errorMessage, isAppError } from '@aion/core';
import { configPath, statePath } from './home-paths.ts';

/** What of a folder decides over rights: who administers, who has which tier by whose hand, the settings. */
interface Rights {
  readonly admins: ReadonlySet<string>;
  readonly tiers: ReadonlyMap<string, string>;
  /** Hash of each account's password, by address. */
  readonly passwords: ReadonlyMap<string, string>;
  readonly settings: Readonly<Record<string, unknown>>;
}

const MAX_NAMED = 10;

/**
 * What will be otherwise when the folder `next` takes the place of `home`: administrators, tiers and settings, in words for the
 * operator. A home that is not there, or cannot be read, has nobody and no settings.
 */
export function describeDifferences(home: string, next: string): string[] {
  const lines: string[] = [];
  let before: Rights = { admins: new Set(), tiers: new Map(), passwords: new Map(), settings: {} };
  try {
    before = readRights(home);
  } catch (error) {
    if (!isAppError(error)) throw error;
    lines.push(`the home that is there cannot be read, so all that follows counts as new (${errorMessage(error)})`);
  }
  const after = readRights(next);
  const gained = [...after.admins].filter((email) => !before.admins.has(email));
  const lost = [...before.admins].filter((email) => !after.admins.has(email));
  if (gained.length > 0) lines.push(`becomes administrator: ${named(gained)}`);
  if (lost.length > 0) lines.push(`is no administrator any more: ${named(lost)}`);
  const changed = [...after.tiers].filter(
    ([email, tier]) => before.tiers.has(email) && before.tiers.get(email) !== tier,
  );
  if (changed.length > 0)
    lines.push(
      `tier changes: ${named(changed.map(([email, tier]) => `${email} ${before.tiers.get(email)} → ${tier}`))}`,
    );
  const added = [...after.tiers].filter(([email]) => !before.tiers.has(email));
  if (added.length > 0)
    lines.push(`accounts that this home does not know: ${named(added.map(([email, tier]) => `${email} (${tier})`))}`);
  const opened = [...after.passwords].filter(([email, hash]) => (before.passwords.get(email) ?? hash) !== hash);
  if (opened.length > 0) lines.push(`another password opens: ${named(opened.map(([email]) => email))}`);
  const vanished = [...before.tiers.keys()].filter((email) => !after.tiers.has(email));
  if (vanished.length > 0) lines.push(`accounts that the backup does not know: ${named(vanished)}`);
  const names = new Set([...Object.keys(before.settings), ...Object.keys(after.settings)]);
  for (const name of [...names].sort()) {
    const [old, now] = [before.settings[name], after.settings[name]].map((value) => JSON.stringify(value) ?? 'not set');
    if (old !== now) lines.push(`setting ${name}: ${old} → ${now}`);
  }
  return lines;
}

function named(entries: readonly string[]): string {
  const more = entries.length - MAX_NAMED;
  // An address is the backup's word: nothing in it may move the cursor of a terminal.
  const shown = entries.slice(0, MAX_NAMED).map((entry) => entry.replaceAll(/\p{Cc}/gu, '?'));
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function readRights(home: string): Rights {
  const settings = existsSync(configPath(home))
    ? (JSON.parse(readFileSync(configPath(home), 'utf8')) as Record<string, unknown>)
    : {};
  if (!isStateInitialised(statePath(home)))
    return { admins: new Set(), tiers: new Map(), passwords: new Map(), settings };
  const state = openStateFile(statePath(home));
  try {
    const rows = state.db.prepare("SELECT body FROM items WHERE tbl = 'product' AND gsi1pk = 'USERS'").all();
    const users = rows.map((row) => Entitlement.parse(JSON.parse(String(row['body']))));
    const accounts = state.db
      .prepare("SELECT body FROM items WHERE tbl = 'product' AND pk LIKE 'AUTH#USER#%'")
      .all()
      .map((row) => User.parse(JSON.parse(String(row['body']))));
    return {
      passwords: new Map(accounts.map(({ email, passwordHash }) => [email, passwordHash])),
      admins: new Set(users.filter(({ role }) => role === 'admin').map(({ email }) => email)),
      tiers: new Map(users.map(({ email, tier }) => [email, tier])),
      settings,
    };
  } finally {
    state.close();
  }
}
