import { applyBillingEvent } from '@aion/accounts';
import { toBillingEvent, verifyWebhook } from '@aion/adapters/stripe/webhook';
import type { Clock, Queue, Telemetry } from '@aion/core';
import type { Host } from '../host.ts';

/**
 * Takes a webhook in: checks its signature and queues it, in order per customer, so that Stripe is answered at once and nothing
 * is lost when the tables are slow. Stripe sends an event again until it is answered; the queue drops the repeats.
 */
export async function receiveWebhook(
  ports: {
    readonly queue: Pick<Queue, 'send'>;
    readonly clock: Clock;
    readonly secret: string;
    readonly telemetry: Telemetry;
  },
  rawBody: string,
  signature: string | undefined,
): Promise<{ received: string }> {
  const event = await verifyWebhook(rawBody, signature, ports.secret, ports.clock.nowMs());
  await ports.queue.send({ body: event.body, groupId: event.customerId, deduplicationId: event.id });
  ports.telemetry.count('billing_webhook', 1, { type: event.type });
  return { received: event.id };
}

/** Applies one queued event. What it throws puts the message back; after its last delivery it is a dead letter that someone looks at. */
export async function applyQueuedEvent(host: Pick<Host, 'items' | 'clock' | 'telemetry'>, body: string): Promise<void> {
  const event = toBillingEvent(body);
  if (event === undefined) return;
  const outcome = await applyBillingEvent(host.items, host.clock, event);
  host.telemetry.count('billing_event', 1, { outcome });
  const { id: eventId, subscriptionId, status, tier } = event;
  host.telemetry.log('info', 'a billing event was handled', { eventId, subscriptionId, outcome, status, tier });
}
