import { Stripe } from 'stripe';
import { AppError } from '@aion/core';

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

/** What says that a subscription may have changed. How it is now is fetched: an event is as old as its delivery. */
export interface BillingHint {
  readonly eventId: string;
  readonly subscriptionId: string;
}

/** The subscription that an event is about, or undefined for an event of another kind. */
export function toBillingHint(body: string): BillingHint | undefined {
  const event = JSON.parse(body) as Stripe.Event;
  if (!event.type.startsWith('customer.subscription.')) return undefined;
  const { id } = event.data.object as { id?: unknown };
  if (typeof id !== 'string')
    throw new AppError('bad_input', `event ${event.id} is of a subscription and names none; look at it at Stripe`);
  return { eventId: event.id, subscriptionId: id };
}
