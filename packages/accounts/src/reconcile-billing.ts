import {
  bodyOf,
  isAppError,
  publicMessage,
  type Clock,
  type EpochMs,
  type ItemTable,
  type StoredForm,
} from '@aion/core';
import { z } from 'zod';
import type { BillingSource, ListedSubscription } from './billing-source.ts';
import {
  allEntitlements,
  billed,
  ENTITLEMENT,
  entitlementItem,
  findEntitlement,
  loadEntitlement,
  tiersOf,
} from './entitlements.ts';
import { bestPaid, storedSubscriptions, syncSubscription, type StoredSubscription } from './sync-subscription.ts';

const Failure = z.strictObject({ subscriptionId: z.string(), why: z.string() });
type Failed = z.infer<typeof Failure>;
/** What came of comparing all that is stored with all that the provider has. */
const BillingReport = z.strictObject({
  atMs: z.int(),
  checked: z.int(),
  /** Subscriptions whose user's tier was brought to what the provider says: each is an event that did not come. */
  changed: z.array(z.string()),
  /** Users who had a paid tier and no subscription at all: it was taken. Absent in older reports. */
  unpaid: z.array(z.string()).optional(),
  failed: z.array(Failure),
});
export type BillingReport = z.infer<typeof BillingReport>;
const REPORT: StoredForm<BillingReport> = {
  what: 'report of the billing comparison',
  v: 1,
  schema: BillingReport,
  advice: 'the next comparison writes it anew',
};

const KEY = { table: 'product', pk: 'BILLING', sk: 'RECONCILED' } as const;
const MOST_NAMED = 100;
/** Of those who pay, so many may have been removed at the provider since yesterday. */
const MOST_UNKNOWN_FRAC = 0.25;

/**
 * Goes through every subscription of the provider and every stored one, and brings what differs to what the provider says: also a tier
 * that is another than what its user's subscriptions pay for, or that none pays for. One that nobody understands is named and stops no other. A provider that
 * does not know many of those who pay is the wrong one: then nothing is changed and all of them are named. Throws when the provider
 * cannot be asked for its list; then nothing is kept.
 */
export async function reconcileBilling(items: ItemTable, clock: Clock, source: BillingSource): Promise<BillingReport> {
  const stored = new Map((await storedSubscriptions(items)).map((entry) => [entry.subscriptionId, entry]));
  const listed: ListedSubscription[] = [];
  for await (const one of source.subscriptions()) listed.push(one);
  const names = new Set([...listed.map(({ subscriptionId }) => subscriptionId), ...stored.keys()]);
  const changed: string[] = [];
  const unpaid: string[] = [];
  const failed = strangers([...stored.values()], listed);
  const keep = async (): Promise<BillingReport> => {
    const [atMs, checked] = [clock.nowMs(), names.size];
    const report = {
      atMs,
      checked,
      changed: changed.slice(0, MOST_NAMED),
      unpaid: unpaid.slice(0, MOST_NAMED),
      failed: failed.slice(0, MOST_NAMED),
    };
    await items.put({ ...KEY, v: REPORT.v, body: report });
    return report;
  };
  if (failed.length > 0) return keep();
  const bring = async (subscriptionId: string): Promise<void> => {
    const known = stored.get(subscriptionId);
    try {
      const hint = { subscriptionId, ...(known === undefined ? {} : { known }) };
      if ((await syncSubscription(items, clock, source, hint)) === 'changed') changed.push(subscriptionId);
    } catch (error) {
      failed.push({ subscriptionId, why: publicMessage(error) });
    }
  };
  const missing = new Map(stored);
  for (const one of listed) {
    const { subscriptionId } = one;
    const before = stored.get(subscriptionId);
    if ('why' in one) failed.push({ subscriptionId, why: one.why });
    else if (before?.status !== one.now.status || before.tier !== one.now.tier || one.now.unclear !== undefined)
      await bring(subscriptionId);
    missing.delete(subscriptionId);
  }
  // What the provider did not list: ended there, or removed.
  for (const [subscriptionId, { status }] of missing) if (status !== 'ended') await bring(subscriptionId);
  // A tier that something else wrote since: the next event of any subscription of its user puts it right, and so does this.
  const strange = new Set(failed.map(({ subscriptionId }) => subscriptionId));
  const byUser = Map.groupBy(await storedSubscriptions(items), (entry) => entry.userId);
  for (const [userId, own] of byUser) {
    const entitlement = await loadEntitlement(items, userId);
    const one = own.find(({ subscriptionId }) => !strange.has(subscriptionId));
    const differs = entitlement !== undefined && tiersOf(entitlement).billed !== bestPaid(own);
    if (differs && one !== undefined) await bring(one.subscriptionId);
  }
  for (const { userId, ...rest } of await allEntitlements(items)) {
    if (byUser.has(userId) || tiersOf({ userId, ...rest }).billed === 'basic') continue;
    // One that nobody understands may be this user's.
    if (strange.size === 0) unpaid.push(...(await takeBilled(items, clock, userId)));
    else failed.push({ subscriptionId: `user ${userId}`, why: UNPAID });
  }
  return keep();
}

const UNPAID =
  'has a paid tier and no subscription; it stays until the subscriptions that need attention are understood';

/** Takes a billed tier that no subscription pays for. One that was written meanwhile is looked at the next night. */
async function takeBilled(items: ItemTable, clock: Clock, userId: string): Promise<string[]> {
  const held = await findEntitlement(items, userId);
  if (held === undefined) return [];
  const entitlement = bodyOf(held, ENTITLEMENT);
  if (tiersOf(entitlement).billed === 'basic') return [];
  try {
    const after = { ...billed(entitlement, 'basic'), updatedMs: clock.nowMs() };
    await items.put(entitlementItem(after), { kind: 'rev', rev: held.rev });
    return [userId];
  } catch (error) {
    if (isAppError(error, 'conflict')) return [];
    throw error;
  }
}

/** Those who pay by what is stored and whom the provider does not know, where they are too many for that to be true. */
function strangers(stored: readonly StoredSubscription[], listed: readonly ListedSubscription[]): Failed[] {
  const theirs = new Set(listed.map(({ subscriptionId }) => subscriptionId));
  const paying = stored.filter(({ status }) => status === 'paying');
  const unknown = paying.filter(({ subscriptionId }) => !theirs.has(subscriptionId));
  const many = unknown.length >= 2 && unknown.length > paying.length * MOST_UNKNOWN_FRAC;
  if (!many && unknown.length < Math.max(1, paying.length)) return [];
  const why = `the provider does not have it, nor ${unknown.length} of the ${paying.length} that pay: nothing was changed. Look whether its key is that of the right account, and no test key`;
  return unknown.map(({ subscriptionId }) => ({ subscriptionId, why }));
}

/** The newest report; undefined while none was made. */
export async function loadBillingReport(
  items: ItemTable,
): Promise<(BillingReport & { readonly atMs: EpochMs }) | undefined> {
  return bodyOf(await items.get(KEY), REPORT);
}
