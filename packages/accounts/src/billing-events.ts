import { Tier } from '@aion/contracts';
import { AppError, isAppError, type Clock, type ItemTable, type Write } from '@aion/core';
import { z } from 'zod';
import { entitlementItem, loadEntitlement } from './entitlements.ts';

/** What a change of a subscription means for its user: the tier that is paid for, or basic when nothing is any more. */
export const BillingEvent = z.strictObject({
  id: z.string().min(1),
  atS: z.int(),
  customerId: z.string().min(1),
  userId: z.string().min(1),
  tier: Tier,
});
export type BillingEvent = z.infer<typeof BillingEvent>;

export type BillingOutcome = 'applied' | 'repeated' | 'stale';

const Customer = z.strictObject({ userId: z.string(), atS: z.int(), eventId: z.string() });
const customerKey = (id: string) => ({ table: 'money', pk: `CUS#stripe#${id}`, sk: 'CUSTOMER' }) as const;
const eventKey = (id: string) => ({ table: 'money', pk: `EVT#stripe#${id}`, sk: 'EVENT' }) as const;
const MAX_ATTEMPTS = 5;

/**
 * Applies a change of a subscription once, whatever is delivered again, and never an older one over a newer. The event, the
 * customer and the entitlement change in one transaction.
 */
export async function applyBillingEvent(items: ItemTable, clock: Clock, event: BillingEvent): Promise<BillingOutcome> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if ((await items.get(eventKey(event.id))) !== undefined) return 'repeated';
    const found = await items.get(customerKey(event.customerId));
    const customer = found === undefined ? undefined : Customer.parse(found.body);
    if (customer !== undefined && customer.userId !== event.userId) {
      throw new AppError(
        'bad_input',
        `customer ${event.customerId} belongs to another user than event ${event.id} says; correct the subscription's metadata at Stripe`,
      );
    }
    const stale = customer !== undefined && customer.atS > event.atS;
    const entitlement = await loadEntitlement(items, event.userId);
    if (entitlement === undefined)
      throw new AppError('not_found', `event ${event.id} names the user ${event.userId}, who has no account here`);
    const seen: Write = {
      kind: 'put',
      item: { ...eventKey(event.id), v: 1, body: { ...event, stale } },
      when: { kind: 'absent' },
    };
    const changes: Write[] = [
      {
        kind: 'put',
        item: {
          ...customerKey(event.customerId),
          v: 1,
          body: { userId: event.userId, atS: event.atS, eventId: event.id },
        },
        when: found === undefined ? { kind: 'absent' } : { kind: 'rev', rev: found.rev },
      },
      {
        kind: 'put',
        item: entitlementItem({ ...entitlement, tier: event.tier, source: 'billing', updatedMs: clock.nowMs() }),
        when: { kind: 'exists' },
      },
    ];
    try {
      await items.transact(stale ? [seen] : [seen, ...changes]);
      return stale ? 'stale' : 'applied';
    } catch (error) {
      if (!isAppError(error, 'conflict')) throw error;
    }
  }
  throw new AppError('conflict', `customer ${event.customerId} is being changed by others; deliver the event again`, {
    retryable: true,
  });
}
