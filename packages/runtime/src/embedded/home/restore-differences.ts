import { existsSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { ENTITLEMENT, type Entitlement } from '@aion/accounts';
import { EMAIL, USER } from '@aion/adapters/gotrue/users';
import { isStateInitialised, openStateFile } from '@aion/adapters/sqlite/state-file';
import { withStorageErrors } from '@aion/adapters/sqlite/storage-error';
import { bodyIfReadable, errorMessage, isAppError, type StoredForm } from '@aion/core';
import { FLAG } from '@aion/trading';
import { z } from 'zod';
import { configPath, statePath } from './home-paths.ts';
import { parseJson } from './secrets.ts';

/** What an address lets in: the account that its password opens. */
interface Door {
  readonly userId: string;
  readonly passwordHash: string;
}

/** What of a folder decides over rights, read where the product reads it. */
interface Rights {
  /** By the id of the account. */
  readonly entitlements: ReadonlyMap<string, Entitlement>;
  /** By the address. */
  readonly doors: ReadonlyMap<string, Door>;
  readonly flags: ReadonlyMap<string, boolean>;
  readonly settings: Readonly<Record<string, unknown>>;
}

const MAX_NAMED = 10;
const NOBODY: Omit<Rights, 'settings'> = { entitlements: new Map(), doors: new Map(), flags: new Map() };
const Fields = z.record(z.string(), z.unknown());

/**
 * What will be otherwise when the folder `next` takes the place of `home`: administrators, tiers, who opens which account, flags and
 * settings, in words for the operator. What of the home cannot be read is said and counts as not there. Throws AppError(corrupt)
 * where `next` has no sound state.
 */
export function describeDifferences(home: string, next: string): string[] {
  const lines: string[] = [];
  const before = { ...readOld(home, lines), settings: readSettings(home, 'the home', lines) };
  const after = { ...readState(next, 'the backup', lines), settings: readSettings(next, 'the backup', lines) };
  return [
    ...lines,
    ...describeAdmins(before, after),
    ...describeTiers(before, after),
    ...describeDoors(before, after),
    ...describeFlags(before, after),
    ...describeSettings(before, after),
  ];
}

function describeAdmins(before: Rights, after: Rights): string[] {
  const name = namer(before, after);
  const isAdmin = ({ entitlements }: Rights, id: string): boolean => entitlements.get(id)?.role === 'admin';
  const gained = [...after.entitlements.keys()].filter((id) => isAdmin(after, id) && !isAdmin(before, id));
  const lost = [...before.entitlements.keys()].filter((id) => isAdmin(before, id) && !isAdmin(after, id));
  return [...line('becomes administrator', gained.map(name)), ...line('is no administrator any more', lost.map(name))];
}

function describeTiers(before: Rights, after: Rights): string[] {
  const name = namer(before, after);
  const entries = [...after.entitlements];
  const changed = entries.flatMap(([id, { tier }]) => {
    const old = before.entitlements.get(id)?.tier;
    return old === undefined || old === tier ? [] : [`${name(id)} ${old} → ${tier}`];
  });
  const added = entries.filter(([id]) => !before.entitlements.has(id)).map(([id, { tier }]) => `${name(id)} (${tier})`);
  const vanished = [...before.entitlements.keys()].filter((id) => !after.entitlements.has(id)).map(name);
  return [
    ...line('tier changes', changed),
    ...line('accounts that this home does not know', added),
    ...line('accounts that the backup does not know', vanished),
  ];
}

/** Whoever chose a backup may have led an address to another account, or another address to an account that is there. */
function describeDoors(before: Rights, after: Rights): string[] {
  const name = namer(before, after);
  const [passwords, accounts, addresses]: [string[], string[], string[]] = [[], [], []];
  for (const [email, { userId, passwordHash }] of after.doors) {
    const old = before.doors.get(email);
    if (old === undefined) {
      const entitlement = after.entitlements.get(userId);
      if (entitlement !== undefined && entitlement.email !== email) addresses.push(`${email} opens ${name(userId)}`);
    } else if (old.userId !== userId) accounts.push(`${email} opens ${name(userId)}`);
    else if (old.passwordHash !== passwordHash) passwords.push(email);
  }
  return [
    ...line('another password opens', passwords),
    ...line('address leads to another account', accounts),
    ...line('another address opens an account', addresses),
  ];
}

function describeFlags(before: Rights, after: Rights): string[] {
  const word = ({ flags }: Rights, name: string): string => ((flags.get(name) ?? true) ? 'on' : 'off');
  return [...new Set([...before.flags.keys(), ...after.flags.keys()])]
    .sort()
    .filter((name) => word(before, name) !== word(after, name))
    .map((name) => `flag ${printable(name)}: ${word(before, name)} → ${word(after, name)}`);
}

function describeSettings(before: Rights, after: Rights): string[] {
  return [...new Set([...Object.keys(before.settings), ...Object.keys(after.settings)])].sort().flatMap((name) => {
    const [old, now] = [before.settings[name], after.settings[name]].map((value) => JSON.stringify(value) ?? 'not set');
    return old === now ? [] : [printable(`setting ${name}: ${old} → ${now}`)];
  });
}

/** An account by its address; by its id too where another account has that address, or had it. */
function namer(before: Rights, after: Rights): (id: string) => string {
  const ids = new Map<string, Set<string>>();
  for (const [id, { email }] of [...before.entitlements, ...after.entitlements])
    ids.set(email, (ids.get(email) ?? new Set()).add(id));
  return (id) => {
    const email = (after.entitlements.get(id) ?? before.entitlements.get(id))?.email;
    if (email === undefined) return `account ${id}`;
    return ids.get(email)!.size > 1 ? `${email} (account ${id})` : email;
  };
}

function line(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  const more = entries.length - MAX_NAMED;
  const shown = entries.slice(0, MAX_NAMED).map(printable);
  return [`${title}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}

/** An address is the backup's word: nothing in it may move the cursor of a terminal. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, '?');

/** The home that is there: whatever is wrong with it, a restore is what mends it. */
function readOld(home: string, lines: string[]): Omit<Rights, 'settings'> {
  try {
    return readState(home, 'the home', lines);
  } catch (error) {
    // Not what its words advise: that is what the operator is doing.
    const cause = isAppError(error) && error.cause !== undefined ? error.cause : error;
    lines.push(`the state of the home cannot be read, so all of it counts as new (${errorMessage(cause)})`);
    return NOBODY;
  }
}

function readSettings(folder: string, whose: string, lines: string[]): Record<string, unknown> {
  const path = configPath(folder);
  if (!existsSync(path)) return {};
  try {
    return Fields.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    lines.push(`the settings of ${whose} cannot be read, so all of them count as new`);
    return {};
  }
}

function readState(folder: string, whose: string, lines: string[]): Omit<Rights, 'settings'> {
  const path = statePath(folder);
  if (!isStateInitialised(path)) return NOBODY;
  const state = openStateFile(path);
  try {
    return withStorageErrors(path, () => rightsIn(state.db, whose, lines));
  } finally {
    state.close();
  }
}

function rightsIn(db: DatabaseSync, whose: string, lines: string[]): Omit<Rights, 'settings'> {
  let unread = 0;
  /** By what of the key changes; a record that does not have its shape opens nothing in the product either. */
  const read = <T>(pk: string, sk: string, form: StoredForm<T>): Map<string, T> => {
    const rows = db.prepare("SELECT pk, sk, v, rev, body FROM items WHERE tbl = 'product' AND pk GLOB ? AND sk GLOB ?");
    return new Map(
      rows.all(pk, sk).flatMap((row) => {
        const key = { table: 'product', pk: String(row['pk']), sk: String(row['sk']) } as const;
        const name = sk === '*' ? key.sk : key.pk.slice(pk.length - 1);
        const stored = parseJson(Fields, String(row['body']));
        const item = stored && { ...key, v: Number(row['v']), rev: Number(row['rev']), body: stored };
        const body = bodyIfReadable(item, form);
        if (body === undefined) unread++;
        return body === undefined ? [] : [[name, body] as const];
      }),
    );
  };
  const entitlements = read('USR#*', 'ENT', ENTITLEMENT);
  const users = read('AUTH#USER#*', 'USER', USER);
  const doors = [...read('AUTH#EMAIL#*', 'USER', EMAIL)].flatMap(([email, { userId }]) => {
    const user = users.get(userId);
    return user === undefined ? [] : [[email, { userId: user.id, passwordHash: user.passwordHash }] as const];
  });
  const flags = [...read('FLAGS', '*', FLAG)].map(([name, { on }]) => [name, on] as const);
  if (unread > 0)
    lines.push(`${unread} record${unread === 1 ? '' : 's'} of accounts and flags of ${whose} cannot be read`);
  return { entitlements, doors: new Map(doors), flags: new Map(flags) };
}
