import { publicMessage, type Clock, type EpochMs, type ItemTable } from '@aion/core';
import { z } from 'zod';
import type { BillingSource } from './billing-source.ts';
import { storedSubscriptions, syncSubscription } from './sync-subscription.ts';

const Failure = z.strictObject({ subscriptionId: z.string(), why: z.string() });
/** What came of comparing all that is stored with all that the provider has. */
export const BillingReport = z.strictObject({
  atMs: z.int(),
  checked: z.int(),
  /** Subscriptions whose user's tier was brought to what the provider says: each is an event that did not come. */
  changed: z.array(z.string()),
  failed: z.array(Failure),
});
export type BillingReport = z.infer<typeof BillingReport>;

const KEY = { table: 'product', pk: 'BILLING', sk: 'RECONCILED' } as const;
const MOST_NAMED = 100;

/**
 * Goes through every subscription of the provider and every stored one, and brings what differs to what the provider says. One that
 * nobody understands is named and stops no other. Throws when the provider cannot be asked for its list; then nothing is kept.
 */
export async function reconcileBilling(items: ItemTable, clock: Clock, source: BillingSource): Promise<BillingReport> {
  const stored = new Map((await storedSubscriptions(items)).map((entry) => [entry.subscriptionId, entry]));
  const changed: string[] = [];
  const failed: z.infer<typeof Failure>[] = [];
  let checked = 0;
  const bring = async (subscriptionId: string): Promise<void> => {
    const known = stored.get(subscriptionId);
    try {
      const hint = { subscriptionId, ...(known === undefined ? {} : { known }) };
      if ((await syncSubscription(items, clock, source, hint)) === 'changed') changed.push(subscriptionId);
    } catch (error) {
      failed.push({ subscriptionId, why: publicMessage(error) });
    }
  };
  for await (const listed of source.subscriptions()) {
    checked++;
    const { subscriptionId } = listed;
    const before = stored.get(subscriptionId);
    if ('why' in listed) failed.push({ subscriptionId, why: listed.why });
    else if (before?.status !== listed.now.status || before.tier !== listed.now.tier) await bring(subscriptionId);
    stored.delete(subscriptionId);
  }
  // What the provider did not list: ended there, or removed.
  for (const [subscriptionId, { status }] of stored) {
    checked++;
    if (status !== 'ended') await bring(subscriptionId);
  }
  const report = {
    atMs: clock.nowMs(),
    checked,
    changed: changed.slice(0, MOST_NAMED),
    failed: failed.slice(0, MOST_NAMED),
  };
  await items.put({ ...KEY, v: 1, body: report });
  return report;
}

/** The newest report; undefined while none was made. */
export async function loadBillingReport(
  items: ItemTable,
): Promise<(BillingReport & { readonly atMs: EpochMs }) | undefined> {
  const found = await items.get(KEY);
  return found === undefined ? undefined : BillingReport.parse(found.body);
}
