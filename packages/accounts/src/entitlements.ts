import { Role, Tier } from '@aion/contracts';
import { AppError, type Item, type ItemTable, type ReadOptions } from '@aion/core';
import { z } from 'zod';

/** What a user has paid for (or was given). The token says who someone is; this record says what they may. */
export const Entitlement = z.strictObject({
  userId: z.string(),
  email: z.string(),
  tier: Tier,
  role: Role,
  source: z.enum(['demo', 'signup', 'admin', 'billing']),
  updatedMs: z.int(),
});
export type Entitlement = z.infer<typeof Entitlement>;

const key = (userId: string) => ({ table: 'product', pk: `USR#${userId}`, sk: 'ENT' }) as const;

export async function loadEntitlement(
  items: ItemTable,
  userId: string,
  options: ReadOptions = {},
): Promise<Entitlement | undefined> {
  const found = await items.get(key(userId), options);
  return found === undefined ? undefined : Entitlement.parse(found.body);
}

export function entitlementItem(entitlement: Entitlement): Item {
  const body = Entitlement.parse(entitlement);
  return { ...key(body.userId), v: 1, body, gsi1pk: 'USERS', gsi1sk: body.email };
}

export async function saveEntitlement(items: ItemTable, entitlement: Entitlement): Promise<void> {
  await items.put(entitlementItem(entitlement));
}

/** Gives a new user their first entitlement; one that exists is never touched. */
export async function ensureEntitlement(items: ItemTable, entitlement: Entitlement): Promise<void> {
  try {
    await items.put(entitlementItem(entitlement), { kind: 'absent' });
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'conflict')) throw error;
  }
}
