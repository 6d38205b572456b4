import { syncSubscription, type BillingSource, type SyncOutcome } from '@aion/accounts';
import { toBillingHint, verifyWebhook } from '@aion/adapters/stripe/webhook';
import type { Clock, Queue, Telemetry } from '@aion/core';
import type { Host } from '@aion/jobs';

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

/**
 * Handles one queued event: asks the provider for the subscription as it is now and brings the user's tier to it. What it throws puts
 * the message back, so while the provider does not answer nothing is granted or taken; after its last delivery the message is a dead
 * letter that someone looks at.
 */
export async function applyQueuedEvent(
  host: Pick<Host, 'items' | 'clock' | 'telemetry'>,
  body: string,
  source: Pick<BillingSource, 'subscription'>,
): Promise<SyncOutcome | 'ignored'> {
  const hint = toBillingHint(body);
  if (hint === undefined) return 'ignored';
  const outcome = await syncSubscription(host.items, host.clock, source, hint);
  host.telemetry.count('billing_event', 1, { outcome });
  host.telemetry.log('info', 'a billing event was handled', { ...hint, outcome });
  return outcome;
}
