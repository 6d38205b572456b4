import { Stripe } from 'stripe';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyBillingEvent, loadEntitlement, saveEntitlement, type BillingEvent } from '@aion/accounts';
import { makeFrozenClock } from '@aion/core';
import { makeSqliteItemTable } from '../sqlite/item-table.ts';
import { openStateFile } from '../sqlite/state-file.ts';
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
    const tier = (shape: Shape): string | undefined => toBillingEvent(eventOf(shape))?.tier;
    expect(tier({})).toBe('pro');
    expect(tier({ lookupKey: 'aion_elite', status: 'trialing' })).toBe('elite');
    expect(tier({ status: 'past_due' })).toBe('pro');
    expect(tier({ status: 'unpaid' })).toBe('basic');
    expect(tier({ status: 'canceled' })).toBe('basic');
    expect(tier({ type: 'customer.subscription.deleted' })).toBe('basic');
    expect(tier({ type: 'invoice.paid' })).toBeUndefined();
    for (const shape of [{ lookupKey: 'gold' }, { lookupKey: null }, { userId: '' }])
      expect(() => toBillingEvent(eventOf(shape))).toThrow(/needs metadata.userId and a price/);
  });
});

const clock = makeFrozenClock(NOW);
async function openAccounts(...users: string[]) {
  const items = makeSqliteItemTable(openStateFile(':memory:'), clock);
  for (const userId of users)
    await saveEntitlement(items, {
      userId,
      email: `${userId}@example.org`,
      tier: 'basic',
      role: 'member',
      source: 'signup',
      updatedMs: 0,
    });
  return items;
}
const change = (over: Partial<BillingEvent> = {}): BillingEvent => ({
  id: 'evt_1',
  atS: 100,
  customerId: 'cus_1',
  userId: 'u1',
  tier: 'pro',
  ...over,
});

describe('a billing event', () => {
  it('changes the tier once and keeps everything else of the entitlement', async () => {
    const items = await openAccounts('u1');
    expect(await applyBillingEvent(items, clock, change())).toBe('applied');
    expect(await loadEntitlement(items, 'u1')).toMatchObject({
      tier: 'pro',
      role: 'member',
      source: 'billing',
      email: 'u1@example.org',
    });
    await applyBillingEvent(items, clock, change({ id: 'evt_2', atS: 200, tier: 'basic' }));
    expect(await applyBillingEvent(items, clock, change())).toBe('repeated');
    expect((await loadEntitlement(items, 'u1'))!.tier).toBe('basic');
  });

  it('leaves the newest tier, in whatever order and however often the events are delivered', async () => {
    const events = [1, 2, 3, 4].map((n) =>
      change({ id: `evt_${n}`, atS: n * 10, tier: n % 2 === 0 ? 'elite' : 'pro' }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...events, ...events], { minLength: 8, maxLength: 8 }),
        async (delivered) => {
          const items = await openAccounts('u1');
          for (const event of delivered) await applyBillingEvent(items, clock, event);
          expect((await loadEntitlement(items, 'u1'))!.tier).toBe('elite');
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is refused for a user without an account, and for a customer that belongs to another user', async () => {
    const items = await openAccounts('u1', 'u2');
    await expect(applyBillingEvent(items, clock, change({ userId: 'nobody' }))).rejects.toMatchObject({
      code: 'not_found',
    });
    await applyBillingEvent(items, clock, change());
    await expect(applyBillingEvent(items, clock, change({ id: 'evt_2', userId: 'u2' }))).rejects.toMatchObject({
      code: 'bad_input',
    });
    expect((await loadEntitlement(items, 'u2'))!.tier).toBe('basic');
  });

  it('is applied by exactly one of many that come at once', async () => {
    const items = await openAccounts('u1');
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => applyBillingEvent(items, clock, change())));
    expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1);
  });
});
