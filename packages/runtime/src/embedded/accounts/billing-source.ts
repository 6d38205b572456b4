import type { BillingSource } from '@aion/accounts';

/** Stripe by the key in the environment; undefined where there is none. Its client is loaded only where it is used. */
export async function openBillingSource(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<BillingSource | undefined> {
  const secretKey = environment['STRIPE_SECRET_KEY']?.trim() ?? '';
  if (secretKey === '') return undefined;
  const { makeStripeSubscriptions } = await import('@aion/adapters/stripe/subscriptions');
  const baseUrl = environment['STRIPE_BASE_URL'];
  return makeStripeSubscriptions({ secretKey, ...(baseUrl === undefined || baseUrl === '' ? {} : { baseUrl }) });
}
