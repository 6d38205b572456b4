import { AppError, isAppError, type Clock, type ItemTable } from '@aion/core';
import { Entitlement, entitlementItem } from './entitlements.ts';

/** The user with an address. Throws AppError(not_found) when nobody with it has signed in yet. */
export async function findUser(items: ItemTable, email: string): Promise<Entitlement> {
  return Entitlement.parse((await findItem(items, email)).body);
}

const MAX_ATTEMPTS = 5;

/** Changes tier or role by an operator's hand, with an audit entry in the same transaction. */
export async function setUser(
  items: ItemTable,
  clock: Clock,
  email: string,
  change: { readonly tier?: Entitlement['tier']; readonly role?: Entitlement['role'] },
  why: { readonly by: string; readonly reason: string },
): Promise<Entitlement> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const { body, rev } = await findItem(items, email);
    const before = Entitlement.parse(body);
    const after: Entitlement = { ...before, ...change, source: 'admin', updatedMs: clock.nowMs() };
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
  throw new AppError('conflict', `${email} is being changed by others; look again`, { retryable: true });
}

const pick = ({ tier, role }: Entitlement) => ({ tier, role });

async function findItem(items: ItemTable, email: string) {
  const range = { table: 'product', index: 'gsi1', pk: 'USERS', from: email, to: email } as const;
  const [found] = (await items.query(range, { limit: 1 })).items;
  // The index may lag behind its table.
  const item = found === undefined ? undefined : await items.get(found);
  if (item === undefined)
    throw new AppError('not_found', `nobody with the address ${email} has signed in yet; ask them to sign in once`);
  return item;
}
