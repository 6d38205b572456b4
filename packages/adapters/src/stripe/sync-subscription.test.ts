import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  loadBillingReport,
  loadEntitlement,
  reconcileBilling,
  saveEntitlement,
  setUser,
  syncSubscription,
  type BillingSource,
  type Entitlement,
  type ListedSubscription,
  type SubscriptionNow,
} from '@aion/accounts';
import { AppError, makeFrozenClock, type ItemTable } from '@aion/core';
import { makeSqliteItemTable } from '../sqlite/item-table.ts';
import { openStateFile } from '../sqlite/state-file.ts';

const clock = makeFrozenClock(Date.UTC(2026, 10, 21));
type Tier = SubscriptionNow['tier'];
const RANK: Readonly<Record<Tier, number>> = { basic: 0, pro: 1, elite: 2 };

async function openAccounts(users: readonly string[] = ['u1'], over: Partial<Entitlement> = {}): Promise<ItemTable> {
  const items = makeSqliteItemTable(openStateFile(':memory:'), clock);
  for (const userId of users)
    await saveEntitlement(items, {
      userId,
      email: `${userId}@example.org`,
      tier: 'basic',
      role: 'member',
      source: 'signup',
      updatedMs: 0,
      ...over,
    });
  return items;
}
const ELITE_BY_BILL = { tier: 'elite', grantedTier: 'basic', billedTier: 'elite' } as const;
const subscription = (over: Partial<SubscriptionNow> = {}): SubscriptionNow => ({
  subscriptionId: 'sub_1',
  customerId: 'cus_1',
  userId: 'u1',
  status: 'paying',
  tier: 'pro',
  ...over,
});
const tiers = async (items: ItemTable, userId = 'u1') => {
  const { tier, grantedTier, billedTier } = (await loadEntitlement(items, userId))!;
  return { tier, grantedTier, billedTier };
};

/** The provider: what it has may change at any time. */
function makeProvider() {
  const held = new Map<string, SubscriptionNow>();
  const strange = new Map<string, string>();
  let down: Error | undefined;
  const source: BillingSource = {
    async subscription(id) {
      if (down !== undefined) throw down;
      const why = strange.get(id);
      if (why !== undefined) throw new AppError('bad_input', why);
      return held.get(id);
    },
    async *subscriptions(): AsyncGenerator<ListedSubscription> {
      if (down !== undefined) throw down;
      for (const [subscriptionId, why] of strange) yield { subscriptionId, why };
      for (const now of held.values()) yield { subscriptionId: now.subscriptionId, now };
    },
  };
  return {
    source,
    strange,
    put: (now: SubscriptionNow) => void held.set(now.subscriptionId, now),
    remove: (id: string) => void held.delete(id),
    fail: (error: Error | undefined) => void (down = error),
    best: (userId: string): Tier =>
      [...held.values()]
        .filter((now) => now.userId === userId && now.status === 'paying')
        .reduce<Tier>((best, { tier }) => (RANK[tier] > RANK[best] ? tier : best), 'basic'),
  };
}

describe('a subscription', () => {
  it('is what the provider says when it is asked, whatever order, number or age the events have', async () => {
    const state = fc.record({
      subscriptionId: fc.constantFrom('a', 'b', 'c'),
      status: fc.constantFrom<SubscriptionNow['status']>('incomplete', 'paying', 'lapsed', 'ended'),
      tier: fc.constantFrom<Tier>('basic', 'pro', 'elite'),
    });
    const seen: Record<Tier, number> = { basic: 0, pro: 0, elite: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(state, { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat(3)),
        fc.infiniteStream(fc.nat(100)),
        async (states, chances, picks) => {
          const items = await openAccounts();
          const provider = makeProvider();
          const waiting: { eventId: string; subscriptionId: string }[] = [];
          const chance = chances[Symbol.iterator]();
          const pick = picks[Symbol.iterator]();
          const deliver = async (): Promise<void> => {
            const at = Number(pick.next().value) % waiting.length;
            const hint = waiting[at]!;
            await syncSubscription(items, clock, provider.source, hint);
            // Some come again.
            if (Number(chance.next().value) !== 0) waiting.splice(at, 1);
          };
          for (const [index, next] of states.entries()) {
            provider.put(subscription({ ...next, customerId: next.subscriptionId === 'c' ? 'cus_2' : 'cus_1' }));
            waiting.push({ eventId: `evt_${index}`, subscriptionId: next.subscriptionId });
            while (waiting.length > 0 && Number(chance.next().value) > 1) await deliver();
          }
          while (waiting.length > 0) await deliver();
          expect((await tiers(items)).tier).toBe(provider.best('u1'));
          seen[provider.best('u1')]++;
        },
      ),
      { numRuns: 150 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(8);
  });

  it('that was moved down, or lapsed, in the second in which it paid is what it is now', async () => {
    const items = await openAccounts();
    const provider = makeProvider();
    provider.put(subscription({ tier: 'elite' }));
    await syncSubscription(items, clock, provider.source, { subscriptionId: 'sub_1', eventId: 'evt_1' });
    expect((await tiers(items)).tier).toBe('elite');
    provider.put(subscription({ tier: 'pro' }));
    await syncSubscription(items, clock, provider.source, { subscriptionId: 'sub_1', eventId: 'evt_2' });
    expect((await tiers(items)).tier).toBe('pro');
    provider.put(subscription({ status: 'lapsed', tier: 'basic' }));
    await syncSubscription(items, clock, provider.source, { subscriptionId: 'sub_1', eventId: 'evt_3' });
    expect(await tiers(items)).toEqual({ tier: 'basic', grantedTier: 'basic', billedTier: 'basic' });
  });

  it('fetched before another change and stored after it does not bring the older state back', async () => {
    const items = await openAccounts();
    const provider = makeProvider();
    provider.put(subscription({ tier: 'elite' }));
    let overtaken = false;
    const slow: Pick<BillingSource, 'subscription'> = {
      async subscription(id) {
        const found = await provider.source.subscription(id);
        if (!overtaken) {
          overtaken = true;
          provider.put(subscription({ tier: 'basic', status: 'ended' }));
          await syncSubscription(items, clock, provider.source, { subscriptionId: id, eventId: 'evt_2' });
        }
        return found;
      },
    };
    await syncSubscription(items, clock, slow, { subscriptionId: 'sub_1', eventId: 'evt_1' });
    expect((await tiers(items)).tier).toBe('basic');
  });

  it('grants and takes nothing while the provider cannot be asked, and the event stays to be handled', async () => {
    const items = await openAccounts();
    const provider = makeProvider();
    provider.put(subscription());
    const hint = { subscriptionId: 'sub_1', eventId: 'evt_1' };
    await syncSubscription(items, clock, provider.source, hint);
    provider.put(subscription({ tier: 'elite' }));
    provider.fail(new AppError('unavailable', 'Stripe cannot be asked', { retryable: true }));
    const next = { ...hint, eventId: 'evt_2' };
    await expect(syncSubscription(items, clock, provider.source, next)).rejects.toMatchObject({ code: 'unavailable' });
    expect((await tiers(items)).tier).toBe('pro');
    provider.fail(undefined);
    expect(await syncSubscription(items, clock, provider.source, next)).toBe('changed');
    expect(await syncSubscription(items, clock, provider.source, next)).toBe('repeated');
    expect((await tiers(items)).tier).toBe('elite');
  });

  it('is handled by exactly one of many that come at once', async () => {
    const items = await openAccounts();
    const provider = makeProvider();
    provider.put(subscription());
    const hint = { subscriptionId: 'sub_1', eventId: 'evt_1' };
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, () => syncSubscription(items, clock, provider.source, hint)),
    );
    expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(1);
  });

  it('keeps what an operator granted, and everything else of the entitlement', async () => {
    const items = await openAccounts();
    const provider = makeProvider();
    await setUser(items, clock, { userId: 'u1' }, { tier: 'pro', role: 'admin' }, { by: 'test', reason: 'a gift' });
    provider.put(subscription({ tier: 'elite' }));
    await syncSubscription(items, clock, provider.source, { subscriptionId: 'sub_1' });
    expect(await tiers(items)).toEqual({ tier: 'elite', grantedTier: 'pro', billedTier: 'elite' });
    provider.put(subscription({ status: 'ended', tier: 'basic' }));
    await syncSubscription(items, clock, provider.source, { subscriptionId: 'sub_1' });
    expect(await tiers(items)).toEqual({ tier: 'pro', grantedTier: 'pro', billedTier: 'basic' });
    expect(await loadEntitlement(items, 'u1')).toMatchObject({ role: 'admin', email: 'u1@example.org' });
  });

  it('is refused for a user without an account, and for a customer that belongs to another user', async () => {
    const items = await openAccounts(['u1', 'u2']);
    const provider = makeProvider();
    provider.put(subscription({ userId: 'nobody' }));
    const hint = { subscriptionId: 'sub_1' };
    await expect(syncSubscription(items, clock, provider.source, hint)).rejects.toMatchObject({ code: 'not_found' });
    provider.put(subscription());
    await syncSubscription(items, clock, provider.source, hint);
    provider.put(subscription({ userId: 'u2' }));
    await expect(syncSubscription(items, clock, provider.source, hint)).rejects.toMatchObject({ code: 'bad_input' });
    expect((await tiers(items, 'u2')).tier).toBe('basic');
    // What no longer pays is taken from whoever has it.
    provider.put(subscription({ userId: 'u2', status: 'ended', tier: 'basic' }));
    await syncSubscription(items, clock, provider.source, hint);
    expect((await tiers(items, 'u1')).tier).toBe('basic');
  });

  it.each([
    { status: 'ended' },
    { status: 'lapsed' },
    { status: 'lapsed', unclear: 'sub_1 needs a price that we know' },
  ] as const)(
    'that lost its user and is over, %o, is taken from whoever had it: by its event and by the night',
    async (over) => {
      for (const by of ['event', 'night']) {
        const items = await openAccounts(['u1', 'u2']);
        const provider = makeProvider();
        provider.put(subscription({ tier: 'elite' }));
        provider.put(subscription({ subscriptionId: 'sub_2', customerId: 'cus_2', userId: 'u2' }));
        for (const subscriptionId of ['sub_1', 'sub_2'])
          await syncSubscription(items, clock, provider.source, { subscriptionId });
        expect((await tiers(items)).tier).toBe('elite');
        const { userId: _lost, ...rest } = subscription({ tier: 'basic', ...over });
        provider.put(rest);
        const hint = { subscriptionId: 'sub_1', eventId: 'evt_1' };
        if (by === 'event') await syncSubscription(items, clock, provider.source, hint).catch(() => undefined);
        else await reconcileBilling(items, clock, provider.source);
        expect([by, await tiers(items), (await tiers(items, 'u2')).tier]).toMatchObject([by, { tier: 'basic' }, 'pro']);
      }
    },
  );

  it('that lost its user and that nobody had is nobody’s; who pays for nothing we know is named', async () => {
    const items = await openAccounts();
    const provider = makeProvider();
    const { userId: _lost, ...over } = subscription({ status: 'ended', tier: 'basic' });
    provider.put(over);
    const hint = { subscriptionId: 'sub_1' };
    expect(await syncSubscription(items, clock, provider.source, hint)).toBe('unchanged');
    expect(await reconcileBilling(items, clock, provider.source)).toMatchObject({ changed: [], failed: [] });
    provider.put({ ...over, status: 'lapsed', unclear: 'sub_1 needs a price that we know' });
    await expect(syncSubscription(items, clock, provider.source, hint)).rejects.toMatchObject({ code: 'bad_input' });
  });

  it('that nobody knows changes nothing', async () => {
    const items = await openAccounts();
    expect(await syncSubscription(items, clock, makeProvider().source, { subscriptionId: 'sub_9' })).toBe('unchanged');
  });

  it('stays as it is while an account that does not know it answers an event, which waits', async () => {
    const items = await openAccounts();
    const provider = makeProvider();
    provider.put(subscription({ tier: 'elite' }));
    await syncSubscription(items, clock, provider.source, { subscriptionId: 'sub_1' });
    const hint = { subscriptionId: 'sub_1', eventId: 'evt_1' };
    await expect(syncSubscription(items, clock, makeProvider().source, hint)).rejects.toMatchObject({
      code: 'bad_input',
      message: expect.stringContaining('key is that of the right account'),
    });
    expect((await tiers(items)).tier).toBe('elite');
    provider.put(subscription({ status: 'ended', tier: 'basic' }));
    expect(await syncSubscription(items, clock, provider.source, hint)).toBe('changed');
    expect((await tiers(items)).tier).toBe('basic');
  });
});

describe('a subscription that is unclear', () => {
  it('takes the former tier, and its event is an error as often as it comes', async () => {
    const items = await openAccounts();
    const provider = makeProvider();
    provider.put(subscription());
    await syncSubscription(items, clock, provider.source, { subscriptionId: 'sub_1' });
    provider.put(subscription({ status: 'lapsed', tier: 'basic', unclear: 'sub_1 needs a price that we know' }));
    for (let times = 0; times < 2; times++) {
      const hint = { subscriptionId: 'sub_1', eventId: 'evt_1' };
      await expect(syncSubscription(items, clock, provider.source, hint)).rejects.toMatchObject({
        code: 'bad_input',
        message: 'sub_1 needs a price that we know',
      });
      expect((await tiers(items)).tier).toBe('basic');
    }
    expect((await reconcileBilling(items, clock, provider.source)).failed).toEqual([
      { subscriptionId: 'sub_1', why: 'sub_1 needs a price that we know' },
    ]);
    provider.put(subscription());
    await syncSubscription(items, clock, provider.source, { subscriptionId: 'sub_1', eventId: 'evt_1' });
    expect((await tiers(items)).tier).toBe('pro');
  });
});

describe('the daily comparison', () => {
  it('notices a tier that is another than what is stored of its subscriptions', async () => {
    const items = await openAccounts(['u1', 'u2']);
    const provider = makeProvider();
    provider.put(subscription());
    provider.put(
      subscription({ subscriptionId: 'sub_2', customerId: 'cus_2', userId: 'u2', status: 'ended', tier: 'basic' }),
    );
    await reconcileBilling(items, clock, provider.source);
    const drift = async (userId: string, tier: Tier): Promise<void> => {
      const found = (await loadEntitlement(items, userId))!;
      await saveEntitlement(items, { ...found, tier, billedTier: tier });
    };
    await drift('u1', 'basic');
    await drift('u2', 'elite');
    const { changed, failed } = await reconcileBilling(items, clock, provider.source);
    expect([changed, failed]).toEqual([['sub_1', 'sub_2'], []]);
    expect([(await tiers(items, 'u1')).tier, (await tiers(items, 'u2')).tier]).toEqual(['pro', 'basic']);
    expect((await reconcileBilling(items, clock, provider.source)).changed).toEqual([]);
  });

  it('takes a billed tier that no subscription pays for, unless one that nobody understands may', async () => {
    const items = await openAccounts(['u1', 'u2', 'u3']);
    const provider = makeProvider();
    provider.put(subscription());
    await saveEntitlement(items, { ...(await loadEntitlement(items, 'u2'))!, ...ELITE_BY_BILL });
    // One of before there were two tiers, and one that an operator gave.
    await saveEntitlement(items, { ...(await loadEntitlement(items, 'u3'))!, tier: 'pro', source: 'billing' });
    await setUser(items, clock, { userId: 'u1' }, { tier: 'elite' }, { by: 'test', reason: 'a gift' });
    provider.strange.set('sub_5', 'subscription sub_5 needs metadata.userId');
    const unsure = await reconcileBilling(items, clock, provider.source);
    expect([unsure.unpaid, unsure.failed.map(({ subscriptionId }) => subscriptionId)]).toEqual([
      [],
      ['sub_5', 'user u2', 'user u3'],
    ]);
    expect((await tiers(items, 'u2')).tier).toBe('elite');
    provider.strange.clear();
    expect((await reconcileBilling(items, clock, provider.source)).unpaid).toEqual(['u2', 'u3']);
    const after = await Promise.all(['u1', 'u2', 'u3'].map(async (userId) => (await tiers(items, userId)).tier));
    expect(after).toEqual(['elite', 'basic', 'basic']);
    expect((await reconcileBilling(items, clock, provider.source)).unpaid).toEqual([]);
  });

  it.each([
    [1, 1, true],
    [2, 2, true],
    [4, 2, true],
    [4, 1, false],
    [8, 2, false],
    [8, 3, true],
  ])('of %i that pay the provider has lost %i: refused is %s', async (paying, lost, refused) => {
    const users = Array.from({ length: paying }, (_, i) => `u${i + 1}`);
    const items = await openAccounts(users);
    const provider = makeProvider();
    const put = (userId: string): void =>
      provider.put(subscription({ subscriptionId: `sub_${userId}`, customerId: `cus_${userId}`, userId }));
    users.forEach(put);
    await reconcileBilling(items, clock, provider.source);
    users.slice(0, lost).forEach((userId) => provider.remove(`sub_${userId}`));
    const report = await reconcileBilling(items, clock, provider.source);
    expect(await loadBillingReport(items)).toEqual(report);
    const after = await Promise.all(users.map(async (userId) => (await tiers(items, userId)).tier));
    expect(after.filter((tier) => tier === 'pro')).toHaveLength(refused ? paying : paying - lost);
    expect([report.changed.length, report.failed.length]).toEqual(refused ? [0, lost] : [lost, 0]);
    if (refused)
      expect(report.failed[0]!.why).toMatch(new RegExp(`${lost} of the ${paying} that pay: nothing was changed`));
  });

  it('puts right what events did not tell, names what nobody understands, and says what it did', async () => {
    const items = await openAccounts(['u1', 'u2', 'u3', 'u4']);
    const provider = makeProvider();
    provider.put(subscription({ tier: 'elite' }));
    provider.put(subscription({ subscriptionId: 'sub_2', customerId: 'cus_2', userId: 'u2' }));
    provider.put(subscription({ subscriptionId: 'sub_4', customerId: 'cus_4', userId: 'u4' }));
    for (const subscriptionId of ['sub_1', 'sub_2', 'sub_4'])
      await syncSubscription(items, clock, provider.source, { subscriptionId });
    // Four events that never came: moved down, removed, new, and one that is as it was.
    provider.put(subscription({ tier: 'pro' }));
    provider.remove('sub_2');
    provider.put(subscription({ subscriptionId: 'sub_3', customerId: 'cus_3', userId: 'u3', tier: 'elite' }));
    provider.strange.set('sub_5', 'subscription sub_5 needs metadata.userId');
    const report = await reconcileBilling(items, clock, provider.source);
    expect(report).toEqual({
      atMs: clock.nowMs(),
      checked: 5,
      changed: ['sub_1', 'sub_3', 'sub_2'],
      unpaid: [],
      failed: [{ subscriptionId: 'sub_5', why: 'subscription sub_5 needs metadata.userId' }],
    });
    expect(await loadBillingReport(items)).toEqual(report);
    const after = await Promise.all(['u1', 'u2', 'u3', 'u4'].map(async (user) => (await tiers(items, user)).tier));
    expect(after).toEqual(['pro', 'basic', 'elite', 'pro']);
    expect((await reconcileBilling(items, clock, provider.source)).changed).toEqual([]);
  });

  it('takes nothing from anybody when the list cannot be had', async () => {
    const items = await openAccounts();
    const provider = makeProvider();
    provider.put(subscription());
    await syncSubscription(items, clock, provider.source, { subscriptionId: 'sub_1' });
    provider.fail(new AppError('unavailable', 'Stripe cannot be asked', { retryable: true }));
    await expect(reconcileBilling(items, clock, provider.source)).rejects.toMatchObject({ code: 'unavailable' });
    expect((await tiers(items)).tier).toBe('pro');
    expect(await loadBillingReport(items)).toBeUndefined();
  });
});
