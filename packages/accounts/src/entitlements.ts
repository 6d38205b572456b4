import { Role, Tier } from '@aion/contracts';
import {
  AppError,
  bodyOf,
  queryAll,
  type Item,
  type ItemTable,
  type ReadOptions,
  type StoredForm,
  type StoredItem,
} from '@aion/core';
import { z } from 'zod';
import { tierRank } from './capabilities.ts';

/** What a user has paid for (or was given). The token says who someone is; this record says what they may. */
const Entitlement = z.strictObject({
  userId: z.string(),
  email: z.string(),
  /** What counts: the better of the granted and the billed tier. */
  tier: Tier,
  role: Role,
  /** Who granted; `billing` only in records from the time of one tier. */
  source: z.enum(['demo', 'signup', 'admin', 'billing']),
  updatedMs: z.int(),
  /** Given at sign-up or by an operator; billing does not lower it. Absent in older records. */
  grantedTier: Tier.optional(),
  /** What the subscriptions pay for now. */
  billedTier: Tier.optional(),
  /** Sessions whose tokens are refused before they expire: these ones, and all that are older, but one. Absent where none was ended. */
  ended: z
    .strictObject({
      sessions: z.array(z.strictObject({ id: z.string(), untilS: z.int() })),
      beforeS: z.int(),
      except: z.string().optional(),
    })
    .optional(),
});
export type Entitlement = z.infer<typeof Entitlement>;
export const ENTITLEMENT: StoredForm<Entitlement> = { what: "user's record", v: 1, schema: Entitlement };

/**
 * The granted and the billed tier of a record. One from before there were two has a single tier, and its source says which of them that is.
 */
export function tiersOf(entitlement: Entitlement): { granted: Tier; billed: Tier } {
  const { tier, source, grantedTier, billedTier } = entitlement;
  return {
    granted: grantedTier ?? (source === 'billing' ? 'basic' : tier),
    billed: billedTier ?? (source === 'billing' ? tier : 'basic'),
  };
}

/** The record with another billed tier; what counts is the better of it and the granted one. */
export function billed(entitlement: Entitlement, tier: Tier): Entitlement {
  return join(entitlement, tiersOf(entitlement).granted, tier);
}

/** The record with another granted tier; what counts is the better of it and the billed one. */
export function granted(entitlement: Entitlement, tier: Tier): Entitlement {
  return join(entitlement, tier, tiersOf(entitlement).billed);
}

function join(entitlement: Entitlement, grantedTier: Tier, billedTier: Tier): Entitlement {
  const tier = tierRank(billedTier) > tierRank(grantedTier) ? billedTier : grantedTier;
  return { ...entitlement, tier, grantedTier, billedTier };
}

/** Where a user's record lies, for whoever changes it. */
export const entitlementKey = (userId: string) => ({ table: 'product', pk: `USR#${userId}`, sk: 'ENT' }) as const;

/** The stored record with its revision. */
export async function findEntitlement(
  items: ItemTable,
  userId: string,
  options: ReadOptions = {},
): Promise<StoredItem | undefined> {
  return items.get(entitlementKey(userId), options);
}

/**
 * A user's record; undefined for somebody who never had one.
 *
 * @example const tier = (await loadEntitlement(items, userId))?.tier ?? 'basic';
 */
export async function loadEntitlement(
  items: ItemTable,
  userId: string,
  options: ReadOptions = {},
): Promise<Entitlement | undefined> {
  return bodyOf(await findEntitlement(items, userId, options), ENTITLEMENT);
}

const MOST_USERS = 1_000_000;

/** Every user's record. The index that it comes from may lag behind its table. */
export async function allEntitlements(items: ItemTable): Promise<Entitlement[]> {
  const found = await queryAll(items, { table: 'product', index: 'gsi1', pk: 'USERS' }, MOST_USERS);
  return found.map((item) => bodyOf(item, ENTITLEMENT));
}

/** A user's record as it is stored, listed under the email address in the index of all users. */
export function entitlementItem(entitlement: Entitlement): Item {
  const body = Entitlement.parse(entitlement);
  return { ...entitlementKey(body.userId), v: ENTITLEMENT.v, body, gsi1pk: 'USERS', gsi1sk: body.email };
}

/** Stores a record over whatever is there. Where somebody else may be changing it too, write `entitlementItem` on a condition instead. */
export async function saveEntitlement(items: ItemTable, entitlement: Entitlement): Promise<void> {
  await items.put(entitlementItem(entitlement));
}

/**
 * Gives a new user their first entitlement; one that exists is never touched.
 *
 * @example
 * const email = 'asha@example.org';
 * await ensureEntitlement(items, { userId, email, tier: 'basic', role: 'member', source: 'signup', updatedMs: clock.nowMs() });
 */
export async function ensureEntitlement(items: ItemTable, entitlement: Entitlement): Promise<void> {
  try {
    await items.put(entitlementItem(entitlement), { kind: 'absent' });
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'conflict')) throw error;
  }
}
