import { AppError, bodyOf, changeItem, type Clock, type ItemTable } from '@aion/core';
import {
  ENTITLEMENT,
  entitlementItem,
  type Entitlement,
  entitlementKey,
  granted,
  loadEntitlement,
  tiersOf,
} from './entitlements.ts';

/** A user by address or by id. An address alone is not enough where two accounts have it. */
export type Who = { readonly email: string } | { readonly userId: string };

/**
 * The user of an id or an address. Throws AppError(not_found) when there is none, and AppError(conflict) that names the ids when several
 * accounts have the address.
 */
export async function findUser(items: ItemTable, who: Who): Promise<Entitlement> {
  // The index may lag behind its table.
  const found = await loadEntitlement(items, await userIdOf(items, who));
  if (found === undefined) throw unknownUser(who);
  return found;
}

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
  return changeItem(
    items,
    entitlementKey(await userIdOf(items, who)),
    (found) => {
      if (found === undefined) throw unknownUser(who);
      const before = bodyOf(found, ENTITLEMENT);
      const after: Entitlement = {
        ...granted(before, change.tier ?? tiersOf(before).granted),
        role: change.role ?? before.role,
        source: 'admin',
        updatedMs: clock.nowMs(),
      };
      const sk = `${String(after.updatedMs).padStart(15, '0')}#${after.userId}#${found.rev}`;
      const audit = { ...why, userId: after.userId, before: pick(before), after: pick(after), atMs: after.updatedMs };
      return {
        item: entitlementItem(after),
        also: [
          {
            kind: 'put',
            item: { table: 'money', pk: 'AUDIT#users', sk, v: 1, body: audit },
            when: { kind: 'absent' },
          },
        ],
        result: after,
      };
    },
    { what: nameOf(who), advice: 'look again' },
  );
}

const pick = (entitlement: Entitlement) => {
  const { tier, role } = entitlement;
  return { tier, role, ...tiersOf(entitlement) };
};
const nameOf = (who: Who): string => ('userId' in who ? `the user ${who.userId}` : who.email);

const unknownUser = (who: Who): AppError =>
  new AppError('not_found', `${nameOf(who)} has not signed in yet; ask them to sign in once`);

async function userIdOf(items: ItemTable, who: Who): Promise<string> {
  if ('userId' in who) return who.userId;
  const { email } = who;
  const range = { table: 'product', index: 'gsi1', pk: 'USERS', from: email, to: email } as const;
  const found = (await items.query(range, { limit: 20 })).items.map((item) => bodyOf(item, ENTITLEMENT).userId);
  if (found.length > 1)
    throw new AppError(
      'conflict',
      `${found.length} accounts have the address ${email}: ${found.join(', ')}; say which with --id USER_ID`,
    );
  const [userId] = found;
  if (userId === undefined) throw unknownUser(who);
  return userId;
}
