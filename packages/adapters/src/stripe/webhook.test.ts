import { Stripe } from 'stripe';
import { describe, expect, it } from 'vitest';
import { toBillingHint, verifyWebhook } from './webhook.ts';

const SECRET = 'whsec_test_secret';
const NOW = Date.UTC(2026, 10, 21);

interface Shape {
  type?: string;
  status?: string;
  lookupKey?: string | null;
  userId?: string;
}
const eventOf = ({
  type = 'customer.subscription.updated',
  status = 'active',
  lookupKey = 'aion_pro',
  userId = 'u1',
}: Shape = {}): string =>
  JSON.stringify({
    id: 'evt_1',
    object: 'event',
    type,
    created: NOW / 1000,
    data: {
      object: {
        id: 'sub_1',
        object: 'subscription',
        customer: 'cus_1',
        status,
        metadata: userId === '' ? {} : { userId },
        items: { data: [{ price: { lookup_key: lookupKey } }] },
      },
    },
  });
const sign = (payload: string, secret = SECRET, timestamp = NOW / 1000): string =>
  Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });

describe('a webhook of Stripe', () => {
  it('is accepted with its signature, and names what it is ordered by', async () => {
    const body = eventOf();
    expect(await verifyWebhook(body, sign(body), SECRET, NOW)).toEqual({
      id: 'evt_1',
      type: 'customer.subscription.updated',
      customerId: 'cus_1',
      body,
    });
  });

  it('is refused when forged, changed, replayed or unsigned', async () => {
    const body = eventOf();
    const bad: [string, string | undefined, number][] = [
      [body, sign(body, 'whsec_other'), NOW],
      [body.replace('aion_pro', 'aion_elite'), sign(body), NOW],
      [body, sign(body), NOW + 301_000],
      [body, undefined, NOW],
      [body, 'nonsense', NOW],
    ];
    for (const [text, header, now] of bad)
      await expect(verifyWebhook(text, header, SECRET, now)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('is a hint at a subscription, and says nothing of how it is; events of other kinds say nothing', () => {
    const hint = { eventId: 'evt_1', subscriptionId: 'sub_1' };
    for (const type of ['created', 'updated', 'deleted', 'paused', 'resumed', 'trial_will_end'])
      expect(toBillingHint(eventOf({ type: `customer.subscription.${type}`, status: 'dormant' }))).toEqual(hint);
    expect(toBillingHint(eventOf({ type: 'invoice.paid' }))).toBeUndefined();
    const nameless = JSON.stringify({ id: 'evt_2', type: 'customer.subscription.updated', data: { object: {} } });
    expect(() => toBillingHint(nameless)).toThrow(/names none; look at it at Stripe/);
  });
});
