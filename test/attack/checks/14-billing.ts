import { createServer, type Server } from 'node:http';
import { loadEntitlement, saveEntitlement } from '@aion/accounts';
import { composeEmbedded, loadConfig } from '@aion/runtime';
import { applyQueuedEvent } from '@aion/runtime/cloud/billing';
import type { Attack, Target } from '../attack.ts';
import { must } from '../ask.ts';

interface Fake {
  readonly url: string;
  /** What Stripe has now, or a status that it answers everything with. */
  now: { status: string; keys: readonly string[] } | number;
  close(): void;
}

const subscriptionOf = (status: string, keys: readonly string[]) => ({
  id: 'sub_1',
  object: 'subscription',
  customer: 'cus_1',
  status,
  metadata: { userId: 'victim' },
  items: {
    object: 'list',
    has_more: false,
    data: keys.map((key) => ({ id: `si_${key}`, object: 'subscription_item', price: { lookup_key: key } })),
  },
});

async function fakeStripe(): Promise<Fake> {
  const fake = { url: '', now: { status: 'active', keys: ['aion_elite'] } as Fake['now'], close: () => server.close() };
  const server: Server = createServer((request, response) => {
    const { now } = fake;
    response.writeHead(typeof now === 'number' ? now : 200, { 'content-type': 'application/json' });
    if (typeof now === 'number') return response.end('{"error":{"message":"out of order"}}');
    const one = subscriptionOf(now.status, now.keys);
    const isOne = request.url!.startsWith('/v1/subscriptions/');
    response.end(
      JSON.stringify(isOne ? one : { object: 'list', url: '/v1/subscriptions', has_more: false, data: [one] }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return fake;
}

/** A home of its own with one account, and the product's own way from a queued event to the tier. */
async function billingHome(target: Target, fake: Fake) {
  const home = target.folder('billing');
  const environment = { STRIPE_SECRET_KEY: 'sk_test_attack', STRIPE_BASE_URL: fake.url };
  const embedded = composeEmbedded(loadConfig({ AION_HOME: home, AION_LOG_LEVEL: 'silent' }, home));
  const account = { userId: 'victim', email: 'victim@example.org', tier: 'basic', role: 'member' } as const;
  await saveEntitlement(embedded.items, { ...account, source: 'signup', updatedMs: 0 });
  const { openBillingSource } = (await import('@aion/runtime')) as Partial<typeof import('@aion/runtime')>;
  const source = await openBillingSource?.(environment);
  let events = 0;
  return {
    home,
    environment,
    close: () => embedded.close(),
    tier: async (): Promise<string> => (await loadEntitlement(embedded.items, 'victim'))!.tier,
    /** An event as Stripe sends it, of one second for all, with what the subscription was then. */
    deliver: (status: string, keys: readonly string[]) =>
      applyQueuedEvent(
        embedded,
        JSON.stringify({
          id: `evt_${++events}`,
          object: 'event',
          type: 'customer.subscription.updated',
          created: 1_772_000_000,
          data: { object: subscriptionOf(status, keys) },
        }),
        source as never,
      ),
  };
}

async function attempt(
  target: Target,
  work: (fake: Fake, billing: Awaited<ReturnType<typeof billingHome>>) => Promise<void>,
) {
  const fake = await fakeStripe();
  const billing = await billingHome(target, fake);
  try {
    await work(fake, billing);
  } finally {
    billing.close();
    fake.close();
  }
}

export const attacks: readonly Attack[] = [
  {
    row: '14',
    title: 'a downgrade, or an end of payment, in the second of the payment leaves elite',
    run: (target) =>
      attempt(target, async (fake, billing) => {
        await billing.deliver('active', ['aion_elite']);
        fake.now = { status: 'active', keys: ['aion_basic'] };
        await billing.deliver('active', ['aion_basic']);
        must(
          (await billing.tier()) === 'basic',
          `moved down to basic in the same second, the tier is ${await billing.tier()}`,
        );
        fake.now = { status: 'unpaid', keys: ['aion_elite'] };
        await billing.deliver('unpaid', ['aion_elite']);
        must((await billing.tier()) === 'basic', `unpaid in the same second, the tier is ${await billing.tier()}`);
      }),
  },
  {
    row: '14',
    title: 'who pays for two items gets the first',
    run: (target) =>
      attempt(target, async (fake, billing) => {
        fake.now = { status: 'active', keys: ['aion_basic', 'aion_elite'] };
        await billing.deliver('active', ['aion_basic', 'aion_elite']);
        must((await billing.tier()) === 'elite', `items basic and elite give ${await billing.tier()}`);
      }),
  },
  {
    row: '14',
    title: 'an old event that is replayed brings back what has ended',
    run: (target) =>
      attempt(target, async (fake, billing) => {
        fake.now = { status: 'canceled', keys: ['aion_elite'] };
        await billing.deliver('active', ['aion_elite']);
        must(
          (await billing.tier()) === 'basic',
          `a subscription that Stripe has as canceled gives ${await billing.tier()}`,
        );
      }),
  },
  {
    row: '14',
    title: 'what Stripe does not answer is believed from the event',
    run: (target) =>
      attempt(target, async (fake, billing) => {
        fake.now = 503;
        const outcome = await billing.deliver('active', ['aion_elite']).then(
          () => 'handled',
          () => 'kept',
        );
        must(
          outcome === 'kept' && (await billing.tier()) === 'basic',
          `the event was ${outcome}, the tier is ${await billing.tier()}`,
        );
      }),
  },
  {
    row: '14',
    title: 'an event that never came is never made up for',
    run: (target) =>
      attempt(target, async (fake, billing) => {
        await billing.deliver('active', ['aion_elite']);
        fake.now = { status: 'canceled', keys: ['aion_elite'] };
        const { home, environment } = billing;
        const { code, stdout, stderr } = await target.command(['billing', 'reconcile', '--json'], {
          home,
          environment,
        });
        must(code === 0, `there is no comparison with Stripe: ${stdout}${stderr}`);
        must((await billing.tier()) === 'basic', `after the comparison the tier is ${await billing.tier()}`);
      }),
  },
];
