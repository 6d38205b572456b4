import { Tier } from '@aion/contracts';
import { z } from 'zod';

/** A subscription as it is at the provider now. Only one that is `paying` grants its tier, the best of all its items. */
export const SubscriptionNow = z.strictObject({
  subscriptionId: z.string().min(1),
  customerId: z.string().min(1),
  /** Absent where the provider has lost whose it is: then it grants nothing, and what it granted is taken from whoever is stored with it. */
  userId: z.string().min(1).optional(),
  status: z.enum(['incomplete', 'paying', 'lapsed', 'ended']),
  tier: Tier,
  /** Why someone has to look at it all the same: it pays for something that grants nothing we know. */
  unclear: z.string().min(1).optional(),
});
export type SubscriptionNow = z.infer<typeof SubscriptionNow>;

/** One line of the provider's list: a subscription that we understand, or why we do not. */
export type ListedSubscription =
  | { readonly subscriptionId: string; readonly now: SubscriptionNow }
  | { readonly subscriptionId: string; readonly why: string };

/**
 * The provider of billing, asked and never believed from memory. Throws AppError(unavailable, retryable) when it does not answer, and
 * AppError(bad_input) for a subscription that someone has to look at.
 */
export interface BillingSource {
  /** Undefined: the provider has no such subscription. */
  subscription(subscriptionId: string): Promise<SubscriptionNow | undefined>;
  subscriptions(): AsyncIterable<ListedSubscription>;
}
