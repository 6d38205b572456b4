import { Tier } from '@aion/contracts';
import { AppError, isAppError, queryAll, type Clock, type ItemTable, type StoredItem, type Write } from '@aion/core';
import { z } from 'zod';
import { tierRank } from './capabilities.ts';
import { billed, Entitlement, entitlementItem, findEntitlement } from './entitlements.ts';

/** A change of one subscription. Only one that is `paying` grants its tier; `ended` is final. */
export const BillingEvent = z.strictObject({
  id: z.string().min(1),
  atS: z.int(),
  customerId: z.string().min(1),
  subscriptionId: z.string().min(1),
  userId: z.string().min(1),
  status: z.enum(['incomplete', 'paying', 'lapsed', 'ended']),
  tier: Tier,
});
export type BillingEvent = z.infer<typeof BillingEvent>;

export type BillingOutcome = 'applied' | 'repeated' | 'stale';

const Customer = z.object({ userId: z.string() });
const Subscription = BillingEvent.omit({ id: true, userId: true }).extend({ eventId: z.string() });
type Subscription = z.infer<typeof Subscription>;

const customerKey = (id: string) => ({ table: 'money', pk: `CUS#stripe#${id}`, sk: 'CUSTOMER' }) as const;
const eventKey = (id: string) => ({ table: 'money', pk: `EVT#stripe#${id}`, sk: 'EVENT' }) as const;
// Under the user and not the customer: a checkout that names no customer makes a new one for the same user.
const userPk = (userId: string): string => `USR#${userId}`;
const PREFIX = 'SUB#stripe#';
const MAX_ATTEMPTS = 5;

/**
 * Applies a change of a subscription once, whatever is delivered again and in whatever order. The billed tier of a user is the
 * best of the subscriptions that pay now; what an operator granted is kept beside it. The event, its subscription, the customer
 * and the entitlement change in one transaction.
 */
export async function applyBillingEvent(items: ItemTable, clock: Clock, given: BillingEvent): Promise<BillingOutcome> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if ((await items.get(eventKey(given.id))) !== undefined) return 'repeated';
    const customer = await items.get(customerKey(given.customerId));
    const holder = customer === undefined ? undefined : Customer.parse(customer.body).userId;
    // What no longer pays is taken from whoever has it, also when its metadata was corrected to another user since.
    const takes = given.status === 'ended' || given.status === 'lapsed';
    const event = takes && holder !== undefined ? { ...given, userId: holder } : given;
    if (holder !== undefined && holder !== event.userId) {
      throw new AppError(
        'bad_input',
        `customer ${event.customerId} belongs to another user than event ${event.id} says; end that subscription and make one of a new customer for the right user`,
      );
    }
    // Read before the subscriptions and written with its revision: two events of one user cannot miss each other.
    const held = await findEntitlement(items, event.userId);
    if (held === undefined)
      throw new AppError('not_found', `event ${event.id} names the user ${event.userId}, who has no account here`);
    const { changed, writes } = await changesOf(items, clock, event, held);
    const claim: Write = {
      kind: 'put',
      item: { ...customerKey(event.customerId), v: 1, body: { userId: event.userId } },
      when: { kind: 'absent' },
    };
    const seen: Write = {
      kind: 'put',
      item: { ...eventKey(event.id), v: 1, body: { ...event, stale: !changed } },
      when: { kind: 'absent' },
    };
    try {
      await items.transact([seen, ...(customer === undefined ? [claim] : []), ...writes]);
      return changed ? 'applied' : 'stale';
    } catch (error) {
      if (!isAppError(error, 'conflict')) throw error;
    }
  }
  throw new AppError('conflict', `user ${given.userId} is being changed by others; deliver the event again`, {
    retryable: true,
  });
}

async function changesOf(
  items: ItemTable,
  clock: Clock,
  event: BillingEvent,
  held: StoredItem,
): Promise<{ changed: boolean; writes: readonly Write[] }> {
  const stored = await queryAll(items, { table: 'money', pk: userPk(event.userId), prefix: PREFIX });
  const sk = `${PREFIX}${event.subscriptionId}`;
  const before = stored.find((item) => item.sk === sk);
  const { id: eventId, userId: _, ...change } = event;
  const after: Subscription = { ...change, eventId };
  if (before !== undefined && !supersedes(after, Subscription.parse(before.body)))
    return { changed: false, writes: [] };
  const others = stored.filter((item) => item.sk !== sk).map(({ body }) => Subscription.parse(body));
  const entitlement = billed(Entitlement.parse(held.body), bestPaid([...others, after]));
  return {
    changed: true,
    writes: [
      {
        kind: 'put',
        item: { table: 'money', pk: userPk(event.userId), sk, v: 1, body: after },
        when: before === undefined ? { kind: 'absent' } : { kind: 'rev', rev: before.rev },
      },
      {
        kind: 'put',
        item: entitlementItem({ ...entitlement, updatedMs: clock.nowMs() }),
        when: { kind: 'rev', rev: held.rev },
      },
    ],
  };
}

function bestPaid(subscriptions: readonly Subscription[]): Tier {
  return subscriptions
    .filter(({ status }) => status === 'paying')
    .reduce<Tier>((best, { tier }) => (tierRank(tier) > tierRank(best) ? tier : best), 'basic');
}

/**
 * A total order over what is known of one subscription: its greatest event stands, so the order of delivery cannot matter.
 * Ended is final and incomplete is always the beginning, whatever their second. Between them the newer counts. Stripe's times
 * are whole seconds and it promises no order: on a tie nothing is taken from someone who pays, so paying stands over lapsed and
 * the higher tier over the lower, until the next event says otherwise.
 */
function supersedes(event: Subscription, known: Subscription): boolean {
  const [left, right] = [placeOf(event), placeOf(known)];
  const differs = left.findIndex((value, index) => value !== right[index]);
  return differs !== -1 && left[differs]! > right[differs]!;
}

function placeOf({ status, atS, tier }: Subscription): readonly number[] {
  const stage = status === 'incomplete' ? 0 : status === 'ended' ? 2 : 1;
  return [stage, atS, status === 'paying' ? 1 : 0, tierRank(tier)];
}
