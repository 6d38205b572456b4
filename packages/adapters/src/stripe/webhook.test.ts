import { Stripe } from 'stripe';
import { describe, expect, it } from 'vitest';
import { toBillingEvent, verifyWebhook } from './webhook.ts';

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

  it('means the tier of its price while it is paid, basic when it is not, nothing for another kind', () => {
    const meaning = (shape: Shape): unknown => {
      const event = toBillingEvent(eventOf(shape));
      return event === undefined ? undefined : [event.status, event.tier];
    };
    expect(meaning({})).toEqual(['paying', 'pro']);
    expect(meaning({ lookupKey: 'aion_elite', status: 'trialing' })).toEqual(['paying', 'elite']);
    expect(meaning({ status: 'past_due' })).toEqual(['paying', 'pro']);
    expect(meaning({ status: 'unpaid' })).toEqual(['lapsed', 'basic']);
    expect(meaning({ status: 'paused' })).toEqual(['lapsed', 'basic']);
    expect(meaning({ status: 'canceled' })).toEqual(['ended', 'basic']);
    expect(meaning({ status: 'incomplete' })).toEqual(['incomplete', 'basic']);
    expect(meaning({ status: 'incomplete_expired' })).toEqual(['incomplete', 'basic']);
    expect(meaning({ type: 'customer.subscription.deleted' })).toEqual(['ended', 'basic']);
    expect(meaning({ type: 'invoice.paid' })).toBeUndefined();
    expect(() => toBillingEvent(eventOf({ status: 'dormant' }))).toThrow(/"dormant", which is none of/);
    for (const shape of [{ lookupKey: 'gold' }, { lookupKey: null }, { userId: '' }])
      expect(() => toBillingEvent(eventOf(shape))).toThrow(/needs metadata.userId and a price/);
  });
});
