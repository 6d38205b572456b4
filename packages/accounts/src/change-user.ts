import { AppError, isAppError, type Clock, type ItemTable, type StoredItem } from '@aion/core';
import { Entitlement, entitlementItem, findEntitlement, granted, tiersOf } from './entitlements.ts';

/** A user by address or by id. An address alone is not enough where two accounts have it. */
export type Who = { readonly email: string } | { readonly userId: string };

/**
 * The user meant. Throws AppError(not_found) when there is none, and AppError(conflict) that names the ids when several
 * accounts have the address.
 */
export async function findUser(items: ItemTable, who: Who): Promise<Entitlement> {
  return Entitlement.parse((await findItem(items, who)).body);
}

const MAX_ATTEMPTS = 5;

/**
 * Changes role or granted tier by an operator's hand, with an audit entry in the same transaction. What is paid for stays: the
 * better of the two counts.
 */
export async function setUser(
  items: ItemTable,
  clock: Clock,
  who: Who,
  change: { readonly tier?: Entitlement['tier']; readonly role?: Entitlement['role'] },
  why: { readonly by: string; readonly reason: string },
): Promise<Entitlement> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const { body, rev } = await findItem(items, who);
    const before = Entitlement.parse(body);
    const after: Entitlement = {
      ...granted(before, change.tier ?? tiersOf(before).granted),
      role: change.role ?? before.role,
      source: 'admin',
      updatedMs: clock.nowMs(),
    };
    const sk = `${String(after.updatedMs).padStart(15, '0')}#${after.userId}#${rev}`;
    const audit = { ...why, userId: after.userId, before: pick(before), after: pick(after), atMs: after.updatedMs };
    try {
      await items.transact([
        { kind: 'put', item: entitlementItem(after), when: { kind: 'rev', rev } },
        {
          kind: 'put',
          item: { table: 'money', pk: 'AUDIT#users', sk, v: 1, body: audit },
          when: { kind: 'absent' },
        },
      ]);
      return after;
    } catch (error) {
      if (!isAppError(error, 'conflict')) throw error;
    }
  }
  throw new AppError('conflict', `${nameOf(who)} is being changed by others; look again`, { retryable: true });
}

const pick = (entitlement: Entitlement) => {
  const { tier, role } = entitlement;
  return { tier, role, ...tiersOf(entitlement) };
};
const nameOf = (who: Who): string => ('userId' in who ? `the user ${who.userId}` : who.email);

async function findItem(items: ItemTable, who: Who): Promise<StoredItem> {
  const userId = 'userId' in who ? who.userId : await idOf(items, who.email);
  // The index may lag behind its table.
  const item = userId === undefined ? undefined : await findEntitlement(items, userId);
  if (item === undefined)
    throw new AppError('not_found', `${nameOf(who)} has not signed in yet; ask them to sign in once`);
  return item;
}

async function idOf(items: ItemTable, email: string): Promise<string | undefined> {
  const range = { table: 'product', index: 'gsi1', pk: 'USERS', from: email, to: email } as const;
  const found = (await items.query(range, { limit: 20 })).items.map(({ body }) => Entitlement.parse(body).userId);
  if (found.length > 1)
    throw new AppError(
      'conflict',
      `${found.length} accounts have the address ${email}: ${found.join(', ')}; say which with --id USER_ID`,
    );
  return found[0];
}
