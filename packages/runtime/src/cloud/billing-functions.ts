import type { BillingReport, BillingSource } from '@aion/accounts';
import { consumeBatch, type BatchAnswer, type SqsRecord } from '@aion/adapters/aws/sqs-batch';
import { errorFields, isAppError } from '@aion/core';
import { billingFigures, reconcile } from '@aion/jobs/billing';
import { applyQueuedEvent, receiveWebhook } from './billing.ts';
import { cloudHost, cloudSecret, memoise } from './functions.ts';
import { scheduledJob } from './scheduled-job.ts';

/** The part of an HTTP event of Lambda that a webhook is. */
export interface WebhookEvent {
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

/** Answers Stripe: 200 once the event is queued, 400 for what Stripe did not sign, 500 for what it shall send again. */
export function makeWebhookHandler(): (event: WebhookEvent) => Promise<Answer> {
  const ports = memoise(async () => {
    const host = await cloudHost();
    const {
      AWS_REGION: region,
      AION_BILLING_QUEUE_URL: queueUrl,
      AION_BILLING_DLQ_URL: deadLetterUrl,
    } = host.environment;
    const { openSqsQueue } = await import('@aion/adapters/aws/open-queue');
    return {
      queue: openSqsQueue({ region, queueUrl, deadLetterUrl }),
      secret: await cloudSecret(host.environment, 'stripe-webhook-secret'),
      clock: host.clock,
      telemetry: host.telemetry,
    };
  });
  return async ({ body, isBase64Encoded, headers }) => {
    const raw = isBase64Encoded === true ? Buffer.from(body ?? '', 'base64').toString() : (body ?? '');
    const made = await ports();
    try {
      return { statusCode: 200, body: JSON.stringify(await receiveWebhook(made, raw, headers?.['stripe-signature'])) };
    } catch (error) {
      made.telemetry.log('error', 'a webhook was not taken in', errorFields(error));
      return { statusCode: isAppError(error, 'forbidden') ? 400 : 500, body: '{}' };
    }
  };
}

/** Stripe, with the secret of this stage: read when something is asked, and not before. */
const stripe = memoise(async (): Promise<BillingSource> => {
  const { environment } = await cloudHost();
  const { makeStripeSubscriptions } = await import('@aion/adapters/stripe/subscriptions');
  return makeStripeSubscriptions({ secretKey: await cloudSecret(environment, 'stripe-secret-key') });
});

/** Compares every subscription with Stripe; called by the schedule, once a day. */
export function makeBillingReconcile(): (event: unknown) => Promise<BillingReport | { readonly skipped: string }> {
  return async (event) => {
    const host = await cloudHost();
    return scheduledJob(host, 'billing', event, async () => {
      const answer = await reconcile(host, await stripe());
      return { answer, figures: billingFigures(answer) };
    });
  };
}

/** Applies queued events; what fails goes back alone, with what follows it in its group. */
export function makeBillingConsumer(): (event: { readonly Records: readonly SqsRecord[] }) => Promise<BatchAnswer> {
  return async ({ Records }) => {
    const host = await cloudHost();
    const lazily = { subscription: async (id: string) => (await stripe()).subscription(id) };
    return consumeBatch(Records, async ({ body }) => void (await applyQueuedEvent(host, body, lazily)), host.telemetry);
  };
}
