import { Role, Tier } from '@aion/contracts';
import { AppError, type ItemTable } from '@aion/core';
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

export async function loadEntitlement(items: ItemTable, userId: string): Promise<Entitlement | undefined> {
  const found = await items.get(key(userId));
  return found === undefined ? undefined : Entitlement.parse(found.body);
}

export async function saveEntitlement(items: ItemTable, entitlement: Entitlement): Promise<void> {
  const body = Entitlement.parse(entitlement);
  await items.put({ ...key(body.userId), v: 1, body, gsi1pk: 'USERS', gsi1sk: body.email });
}

/** Gives a new user their first entitlement; one that exists is never touched. */
export async function ensureEntitlement(items: ItemTable, entitlement: Entitlement): Promise<void> {
  try {
    await items.put(
      {
        ...key(entitlement.userId),
        v: 1,
        body: Entitlement.parse(entitlement),
        gsi1pk: 'USERS',
        gsi1sk: entitlement.email,
      },
      { kind: 'absent' },
    );
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'conflict')) throw error;
  }
}
