import { Stripe } from 'stripe';
import { AppError } from '@aion/core';
import { BillingEvent } from '@aion/accounts';

/** Stripe's default: a signature older than five minutes is a replay. */
const TOLERANCE_S = 300;

/** What a webhook carries once its signature was checked: enough to be queued and to be mapped later. */
export interface VerifiedEvent {
  readonly id: string;
  readonly type: string;
  /** Events of one customer are applied in order. */
  readonly customerId: string;
  readonly body: string;
}

/** Checks the signature over the raw body. Throws AppError(forbidden) for one that is forged, replayed or missing. */
export async function verifyWebhook(
  rawBody: string,
  signature: string | undefined,
  secret: string,
  nowMs: number,
): Promise<VerifiedEvent> {
  let event: Stripe.Event;
  try {
    event = await Stripe.webhooks.constructEventAsync(
      rawBody,
      signature ?? '',
      secret,
      TOLERANCE_S,
      Stripe.createSubtleCryptoProvider(),
      nowMs,
    );
  } catch (cause) {
    throw new AppError('forbidden', 'the webhook is not signed by Stripe with this endpoint’s secret, or is too old', {
      cause,
    });
  }
  const object = event.data.object as { id?: unknown; customer?: unknown };
  const customer = typeof object.customer === 'string' ? object.customer : String(object.id ?? event.id);
  return { id: event.id, type: event.type, customerId: customer, body: rawBody };
}

const TIER_OF_PRICE = { aion_basic: 'basic', aion_pro: 'pro', aion_elite: 'elite' } as const;
const STATUS: Readonly<Partial<Record<Stripe.Subscription.Status, BillingEvent['status']>>> = {
  incomplete: 'incomplete',
  incomplete_expired: 'incomplete',
  active: 'paying',
  trialing: 'paying',
  // Stripe is still trying to collect.
  past_due: 'paying',
  unpaid: 'lapsed',
  paused: 'lapsed',
  canceled: 'ended',
};

/**
 * What an event means for its user, or undefined when it means nothing (an event of another kind). The tier is the price's
 * lookup key (aion_basic, aion_pro, aion_elite), the user the subscription's `metadata.userId`. Throws AppError(bad_input) for a
 * subscription that lacks the user, or that pays for a price we do not know: it was made by hand, and someone has to look.
 */
export function toBillingEvent(body: string): BillingEvent | undefined {
  const event = JSON.parse(body) as Stripe.Event;
  if (
    event.type !== 'customer.subscription.created' &&
    event.type !== 'customer.subscription.updated' &&
    event.type !== 'customer.subscription.deleted'
  )
    return undefined;
  const subscription = event.data.object;
  const userId = subscription.metadata['userId'];
  const lookupKey = subscription.items.data[0]?.price.lookup_key ?? '';
  const priced = TIER_OF_PRICE[lookupKey as keyof typeof TIER_OF_PRICE] as BillingEvent['tier'] | undefined;
  const status = event.type === 'customer.subscription.deleted' ? 'ended' : STATUS[subscription.status];
  // A status that Stripe adds one day: neither granted nor taken before someone has looked.
  if (status === undefined)
    throw new AppError(
      'bad_input',
      `event ${event.id} has the status "${subscription.status as string}", which is none of ${Object.keys(STATUS).join(', ')}`,
    );
  const tier = status === 'paying' ? priced : 'basic';
  if (userId === undefined || tier === undefined) {
    throw new AppError(
      'bad_input',
      `subscription ${subscription.id} of event ${event.id} needs metadata.userId and a price with the lookup key ${Object.keys(TIER_OF_PRICE).join(', ')}; found ${userId ?? 'no user'} and "${lookupKey}"`,
    );
  }
  const customer = subscription.customer;
  return BillingEvent.parse({
    id: event.id,
    atS: event.created,
    customerId: typeof customer === 'string' ? customer : customer.id,
    subscriptionId: subscription.id,
    userId,
    status,
    tier,
  });
}
