import { Tier } from '@aion/contracts';
import {
  AppError,
  bodyOf,
  changeItem,
  queryAll,
  type Clock,
  type ItemChange,
  type ItemTable,
  type StoredForm,
  type StoredItem,
  type Write,
  unchangedSince,
} from '@aion/core';
import { z } from 'zod';
import { SubscriptionNow, type BillingSource } from './billing-source.ts';
import { tierRank } from './capabilities.ts';
import { billed, ENTITLEMENT, entitlementItem, findEntitlement, tiersOf } from './entitlements.ts';

/** What says that a subscription may have changed. It says nothing of how: that is asked. */
export interface SubscriptionHint {
  readonly subscriptionId: string;
  /** Of an event: one that was handled is not handled again. */
  readonly eventId?: string;
  /**
   * Whose it was when it was stored, from whoever compared the whole list: only then does one that the provider does not have count
   * as ended. A provider keeps what ended, so one answer that it knows nothing is rather that of another account.
   */
  readonly known?: Owner;
}

export type SyncOutcome = 'changed' | 'unchanged' | 'repeated';

const Owner = z.object({ userId: z.string(), customerId: z.string() });
type Owner = z.infer<typeof Owner>;
const Customer = z.object({ userId: z.string() });
const Stored = z.object({
  customerId: z.string(),
  subscriptionId: z.string(),
  status: SubscriptionNow.shape.status,
  tier: Tier,
});
const OWNER: StoredForm<Owner> = { what: 'owner of a subscription', v: 1, schema: Owner };
const CUSTOMER: StoredForm<z.infer<typeof Customer>> = { what: 'customer', v: 1, schema: Customer };
const SUBSCRIPTION: StoredForm<z.infer<typeof Stored>> = { what: 'subscription', v: 1, schema: Stored };
export type StoredSubscription = z.infer<typeof Stored> & { readonly userId: string };

const customerKey = (id: string) => ({ table: 'money', pk: `CUS#stripe#${id}`, sk: 'CUSTOMER' }) as const;
const eventKey = (id: string) => ({ table: 'money', pk: `EVT#stripe#${id}`, sk: 'EVENT' }) as const;
/** Its revision is what two who ask at the same time meet at. */
const fenceKey = (id: string) => ({ table: 'money', pk: `SUB#stripe#${id}`, sk: 'FENCE' }) as const;
// Under the user and not the customer: a checkout that names no customer makes a new one for the same user.
const userPk = (userId: string): string => `USR#${userId}`;
const PREFIX = 'SUB#stripe#';
const ALL = 'SUBSCRIPTIONS#stripe';
const MOST_SUBSCRIPTIONS = 100_000;

/**
 * Brings what is stored of a subscription, and the tier of its user, to what the provider says now. The order in which hints come, how
 * often and how late means nothing: the answer is fetched after the fence was read and stored only if nobody stored one since, so a
 * later answer is never overwritten by an earlier one. Whatever cannot be fetched changes nothing. Throws AppError(bad_input) for one
 * that is unclear, once its former tier was taken: its event then waits for whoever looks.
 */
export async function syncSubscription(
  items: ItemTable,
  clock: Clock,
  source: Pick<BillingSource, 'subscription'>,
  hint: SubscriptionHint,
): Promise<SyncOutcome> {
  const { subscriptionId, eventId } = hint;
  const decide = async (fence: StoredItem | undefined): Promise<ItemChange<Synced>> => {
    if (eventId !== undefined && (await items.get(eventKey(eventId))) !== undefined)
      return { result: { outcome: 'repeated' } };
    const owner = bodyOf(fence, OWNER) ?? hint.known;
    const found = await source.subscription(subscriptionId);
    if (found === undefined && owner !== undefined && hint.known === undefined)
      throw new AppError(
        'bad_input',
        `the provider has no subscription ${subscriptionId}, which is stored here: nothing was changed. Look whether its key is that of the right account; the nightly comparison decides`,
      );
    const now = found ?? endedOf(subscriptionId, owner);
    const unclear = now?.unclear;
    const seen: readonly Write[] =
      eventId === undefined || unclear !== undefined
        ? []
        : [{ kind: 'put', item: { ...eventKey(eventId), v: 1, body: { subscriptionId } }, when: { kind: 'absent' } }];
    // Neither they nor we know it, or whose it is.
    const change = now === undefined ? undefined : await changeOf(items, clock, now, owner);
    const result: Synced = { outcome: change?.changed === true ? 'changed' : 'unchanged', unclear };
    if (change === undefined) return { also: seen, result };
    return { item: { v: OWNER.v, body: change.owner }, also: [...seen, ...change.also], result };
  };
  const synced = await changeItem(items, fenceKey(subscriptionId), decide, {
    what: `subscription ${subscriptionId}`,
    advice: 'deliver the event again',
  });
  if (synced.unclear !== undefined) throw new AppError('bad_input', synced.unclear);
  return synced.outcome;
}

interface Synced {
  readonly outcome: SyncOutcome;
  /** What is unclear of it, although what could be taken was taken. */
  readonly unclear?: string | undefined;
}

/** Every stored subscription with its user, of all users. */
export async function storedSubscriptions(items: ItemTable): Promise<StoredSubscription[]> {
  const found = await queryAll(items, { table: 'money', index: 'gsi1', pk: ALL }, MOST_SUBSCRIPTIONS);
  return found.map((item) => ({ ...bodyOf(item, SUBSCRIPTION), userId: item.pk.slice(userPk('').length) }));
}

const endedOf = (subscriptionId: string, known: Owner | undefined): SubscriptionNow | undefined =>
  known === undefined ? undefined : { subscriptionId, ...known, status: 'ended', tier: 'basic' };

async function changeOf(
  items: ItemTable,
  clock: Clock,
  found: SubscriptionNow,
  owner: Owner | undefined,
): Promise<{ changed: boolean; owner: Owner; also: readonly Write[] } | undefined> {
  const customer = await items.get(customerKey(found.customerId));
  const holder = bodyOf(customer, CUSTOMER)?.userId;
  // What no longer pays is taken from whoever has it, also when its metadata was corrected to another user since.
  const takes = found.status === 'ended' || found.status === 'lapsed';
  const userId = (takes ? holder : undefined) ?? found.userId ?? owner?.userId;
  if (userId === undefined) return undefined;
  const { subscriptionId, customerId, status, tier } = found;
  if (holder !== undefined && holder !== userId) {
    throw new AppError(
      'bad_input',
      `customer ${customerId} belongs to another user than subscription ${subscriptionId} says; end that subscription and make one of a new customer for the right user`,
    );
  }
  // Read before the subscriptions and written with its revision: two changes of one user cannot miss each other.
  const held = await findEntitlement(items, userId);
  if (held === undefined)
    throw new AppError('not_found', `subscription ${subscriptionId} names the user ${userId}, who has no account here`);
  const stored = await queryAll(items, { table: 'money', pk: userPk(userId), prefix: PREFIX });
  const sk = `${PREFIX}${subscriptionId}`;
  const before = stored.find((item) => item.sk === sk);
  const after = { customerId, subscriptionId, status, tier };
  const others = stored.filter((item) => item.sk !== sk).map((item) => bodyOf(item, SUBSCRIPTION));
  const entitlement = bodyOf(held, ENTITLEMENT);
  const paid = bestPaid([...others, after]);
  const same = bodyOf(before, SUBSCRIPTION);
  const changed = same?.status !== status || same.tier !== tier || tiersOf(entitlement).billed !== paid;
  const claim: Write = {
    kind: 'put',
    item: { ...customerKey(customerId), v: CUSTOMER.v, body: { userId } },
    when: { kind: 'absent' },
  };
  const item = {
    table: 'money',
    pk: userPk(userId),
    sk,
    v: SUBSCRIPTION.v,
    gsi1pk: ALL,
    gsi1sk: subscriptionId,
  } as const;
  return {
    changed,
    owner: { userId, customerId },
    also: [
      ...(customer === undefined ? [claim] : []),
      {
        kind: 'put',
        item: { ...item, body: { ...after, checkedMs: clock.nowMs() } },
        when: unchangedSince(before),
      },
      ...(changed
        ? ([
            {
              kind: 'put',
              item: entitlementItem({ ...billed(entitlement, paid), updatedMs: clock.nowMs() }),
              when: { kind: 'rev', rev: held.rev },
            },
          ] as const)
        : []),
    ],
  };
}

/** The tier that a user's subscriptions pay for. */
export function bestPaid(subscriptions: readonly Pick<SubscriptionNow, 'status' | 'tier'>[]): Tier {
  return subscriptions
    .filter(({ status }) => status === 'paying')
    .reduce<Tier>((best, { tier }) => (tierRank(tier) > tierRank(best) ? tier : best), 'basic');
}
