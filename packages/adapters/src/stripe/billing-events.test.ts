import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyBillingEvent,
  loadEntitlement,
  saveEntitlement,
  setUser,
  type BillingEvent,
  type Entitlement,
} from '@aion/accounts';
import { makeFrozenClock, type ItemTable } from '@aion/core';
import { makeSqliteItemTable } from '../sqlite/item-table.ts';
import { openStateFile } from '../sqlite/state-file.ts';

const clock = makeFrozenClock(Date.UTC(2026, 10, 21));
type Tier = BillingEvent['tier'];
type Status = BillingEvent['status'];

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
const change = (over: Partial<BillingEvent> = {}): BillingEvent => ({
  id: 'evt_1',
  atS: 100,
  customerId: 'cus_1',
  subscriptionId: 'sub_1',
  userId: 'u1',
  status: 'paying',
  tier: 'pro',
  ...over,
});
const tiers = async (items: ItemTable, userId = 'u1') => {
  const { tier, grantedTier, billedTier } = (await loadEntitlement(items, userId))!;
  return { tier, grantedTier, billedTier };
};

/** A story: [second, subscription, status, tier] in the order in which Stripe made the events. */
type Step = readonly [atS: number, subscriptionId: string, status: Status, tier?: Tier];
interface Story {
  readonly steps: readonly Step[];
  readonly ends: Tier;
  /** Customers of the subscriptions where it is not the one. */
  readonly customers?: Readonly<Record<string, string>>;
  readonly grant?: Tier;
}
const STORIES: Readonly<Record<string, Story>> = {
  'pays at once, in the second of the sign-up': {
    steps: [
      [1, 'a', 'incomplete'],
      [1, 'a', 'paying', 'pro'],
    ],
    ends: 'pro',
  },
  'pays, falls behind, lapses and is canceled': {
    steps: [
      [1, 'a', 'incomplete'],
      [1, 'a', 'paying', 'pro'],
      [50, 'a', 'paying', 'pro'],
      [60, 'a', 'lapsed'],
      [70, 'a', 'ended'],
    ],
    ends: 'basic',
  },
  'lapses and pays again': {
    steps: [
      [1, 'a', 'paying', 'elite'],
      [60, 'a', 'lapsed'],
      [70, 'a', 'paying', 'elite'],
    ],
    ends: 'elite',
  },
  'moves up by a second subscription, the first then deleted': {
    steps: [
      [1, 'a', 'paying', 'pro'],
      [50, 'b', 'incomplete'],
      [51, 'b', 'paying', 'elite'],
      [52, 'a', 'ended'],
    ],
    ends: 'elite',
  },
  'moves up by a second subscription of a new customer': {
    steps: [
      [1, 'a', 'paying', 'pro'],
      [51, 'b', 'paying', 'elite'],
      [51, 'a', 'ended'],
    ],
    customers: { b: 'cus_2' },
    ends: 'elite',
  },
  'moves down and stays': {
    steps: [
      [1, 'a', 'paying', 'elite'],
      [50, 'a', 'paying', 'pro'],
    ],
    ends: 'pro',
  },
  'abandons a checkout beside what is paid': {
    steps: [
      [1, 'a', 'paying', 'pro'],
      [50, 'b', 'incomplete'],
      [90, 'b', 'incomplete'],
    ],
    ends: 'pro',
  },
  'abandons a checkout over an operator’s grant': {
    steps: [
      [1, 'a', 'incomplete'],
      [90, 'a', 'incomplete'],
    ],
    grant: 'elite',
    ends: 'elite',
  },
  'pays for less than was granted, and ends that': {
    steps: [
      [1, 'a', 'paying', 'pro'],
      [90, 'a', 'ended'],
    ],
    grant: 'elite',
    ends: 'elite',
  },
  'pays for more than was granted, and ends that': {
    steps: [
      [1, 'a', 'paying', 'elite'],
      [90, 'a', 'ended'],
    ],
    grant: 'pro',
    ends: 'pro',
  },
  'cancels in the second in which it was renewed': {
    steps: [
      [1, 'a', 'paying', 'pro'],
      [9, 'a', 'paying', 'pro'],
      [9, 'a', 'ended'],
    ],
    ends: 'basic',
  },
};
const eventsOf = ({ steps, customers }: Story): BillingEvent[] =>
  steps.map(([atS, subscriptionId, status, tier = 'basic'], index) =>
    change({
      id: `evt_${index}`,
      atS,
      subscriptionId,
      status,
      tier,
      customerId: customers?.[subscriptionId] ?? 'cus_1',
    }),
  );
async function liveThrough(story: Story, delivered: readonly BillingEvent[]) {
  const items = await openAccounts();
  if (story.grant !== undefined)
    await setUser(items, clock, { userId: 'u1' }, { tier: story.grant }, { by: 'test', reason: 'a gift' });
  for (const event of delivered) await applyBillingEvent(items, clock, event);
  return { ...(await tiers(items)), source: (await loadEntitlement(items, 'u1'))!.source };
}

describe('a subscriber who', () => {
  it.each(Object.entries(STORIES))('%s ends the same in every order of delivery', async (_name, story) => {
    const events = eventsOf(story);
    const inOrder = await liveThrough(story, events);
    expect(inOrder.tier).toBe(story.ends);
    const twice = [...events, ...events];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(twice, { minLength: twice.length, maxLength: twice.length }),
        async (delivered) => {
          expect(await liveThrough(story, delivered)).toEqual(inOrder);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('ends any story the same in every order of delivery', async () => {
    const step = fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom<Status>('incomplete', 'paying', 'lapsed', 'ended'),
      fc.constantFrom<Tier>('basic', 'pro', 'elite'),
    );
    const delivery = fc
      .array(step, { minLength: 1, maxLength: 7 })
      .chain((steps) =>
        fc.tuple(
          fc.constant(steps),
          fc.shuffledSubarray([...steps.keys()], { minLength: steps.length, maxLength: steps.length }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(delivery, async ([steps, order]) => {
        const story: Story = { steps, ends: 'basic', customers: { c: 'cus_2' } };
        const events = eventsOf(story);
        const shuffled = order.map((index) => events[index]!);
        expect(await liveThrough(story, shuffled)).toEqual(await liveThrough(story, events));
      }),
      { numRuns: 100 },
    );
  });

  it('pays for two tiers in one second keeps the higher until the next event', async () => {
    const items = await openAccounts();
    await applyBillingEvent(items, clock, change({ tier: 'elite' }));
    expect(await applyBillingEvent(items, clock, change({ id: 'evt_2', tier: 'pro' }))).toBe('stale');
    expect((await tiers(items)).tier).toBe('elite');
    await applyBillingEvent(items, clock, change({ id: 'evt_3', atS: 101, tier: 'pro' }));
    expect((await tiers(items)).tier).toBe('pro');
  });
});

describe('a billing event', () => {
  it('grants nothing unless it pays, never begins anew, and nothing follows the end', async () => {
    const items = await openAccounts();
    const tierAfter = async (atS: number, status: Status, tier: Tier = 'elite'): Promise<Tier> => {
      await applyBillingEvent(items, clock, change({ id: `evt_${status}_${atS}`, atS, status, tier }));
      return (await tiers(items)).tier;
    };
    expect(await tierAfter(1, 'incomplete')).toBe('basic');
    expect(await tierAfter(2, 'lapsed')).toBe('basic');
    expect(await tierAfter(3, 'paying', 'pro')).toBe('pro');
    expect(await tierAfter(4, 'incomplete')).toBe('pro');
    expect(await tierAfter(5, 'ended')).toBe('basic');
    expect(await tierAfter(6, 'paying')).toBe('basic');
  });

  it('changes the tier once and keeps everything else of the entitlement', async () => {
    const items = await openAccounts();
    expect(await applyBillingEvent(items, clock, change())).toBe('applied');
    expect(await loadEntitlement(items, 'u1')).toMatchObject({
      tier: 'pro',
      grantedTier: 'basic',
      billedTier: 'pro',
      role: 'member',
      source: 'signup',
      email: 'u1@example.org',
    });
    await applyBillingEvent(items, clock, change({ id: 'evt_2', atS: 200, status: 'lapsed', tier: 'basic' }));
    expect(await applyBillingEvent(items, clock, change())).toBe('repeated');
    expect((await tiers(items)).tier).toBe('basic');
  });

  it('is refused for a user without an account, and for a customer that belongs to another user', async () => {
    const items = await openAccounts(['u1', 'u2']);
    await expect(applyBillingEvent(items, clock, change({ userId: 'nobody' }))).rejects.toMatchObject({
      code: 'not_found',
    });
    await applyBillingEvent(items, clock, change());
    for (const status of ['paying', 'incomplete'] as const)
      await expect(
        applyBillingEvent(items, clock, change({ id: 'evt_2', userId: 'u2', status })),
      ).rejects.toMatchObject({ code: 'bad_input' });
    expect((await tiers(items, 'u2')).tier).toBe('basic');
  });

  it('is applied by exactly one of many that come at once', async () => {
    const items = await openAccounts();
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => applyBillingEvent(items, clock, change())));
    expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1);
  });

  it('never misses one of another subscription, or an operator’s change, that came between its read and its write', async () => {
    const items = await openAccounts();
    let planted: (() => Promise<unknown>) | undefined;
    const interleaved: ItemTable = {
      ...items,
      async transact(writes) {
        const between = planted;
        planted = undefined;
        await between?.();
        return items.transact(writes);
      },
    };
    planted = () => applyBillingEvent(items, clock, change({ id: 'evt_2', subscriptionId: 'sub_2', tier: 'elite' }));
    await applyBillingEvent(interleaved, clock, change());
    expect((await tiers(items)).tier).toBe('elite');
    planted = () => setUser(items, clock, { userId: 'u1' }, { tier: 'pro' }, { by: 'test', reason: 'a gift' });
    const ended = { subscriptionId: 'sub_2', status: 'ended', tier: 'basic' } as const;
    await applyBillingEvent(interleaved, clock, change({ id: 'evt_3', ...ended }));
    expect(await tiers(items)).toEqual({ tier: 'pro', grantedTier: 'pro', billedTier: 'pro' });
  });

  it('understands a record of before there were two tiers: what was billed then is billed, the rest granted', async () => {
    const ended = change({ status: 'ended', tier: 'basic' });
    const paid = await openAccounts(['u1'], { tier: 'pro', source: 'billing' });
    await setUser(paid, clock, { userId: 'u1' }, { role: 'admin' }, { by: 'test', reason: 'helps' });
    expect(await tiers(paid)).toEqual({ tier: 'pro', grantedTier: 'basic', billedTier: 'pro' });
    await applyBillingEvent(paid, clock, ended);
    expect((await tiers(paid)).tier).toBe('basic');
    const given = await openAccounts(['u1'], { tier: 'elite', source: 'admin' });
    await applyBillingEvent(given, clock, ended);
    expect(await tiers(given)).toEqual({ tier: 'elite', grantedTier: 'elite', billedTier: 'basic' });
    // A customer's item of before held what is now its subscription's.
    const key = { table: 'money', pk: 'CUS#stripe#cus_1', sk: 'CUSTOMER' } as const;
    const old = await openAccounts();
    await old.put({ ...key, v: 1, body: { userId: 'u1', atS: 5, eventId: 'evt_0' } });
    expect(await applyBillingEvent(old, clock, change())).toBe('applied');
  });
});

describe('a customer whose metadata was corrected', () => {
  it('loses what no longer pays, whoever the event names; what pays is refused for another user', async () => {
    const items = await openAccounts(['u1', 'u2']);
    await applyBillingEvent(items, clock, change({ tier: 'elite' }));
    const corrected = { userId: 'u2', tier: 'elite' } as const;
    await expect(
      applyBillingEvent(items, clock, change({ ...corrected, id: 'evt_2', atS: 200 })),
    ).rejects.toMatchObject({
      code: 'bad_input',
    });
    await applyBillingEvent(items, clock, change({ ...corrected, id: 'evt_3', atS: 300, status: 'ended' }));
    expect((await tiers(items, 'u1')).tier).toBe('basic');
    expect((await tiers(items, 'u2')).tier).toBe('basic');
  });
});
