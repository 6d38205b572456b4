import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BillingSource, ListedSubscription } from '@aion/accounts';
import { makeStripeSubscriptions } from './subscriptions.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
let asked: string[];
let answer: Answer;
let stripe: BillingSource;
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url!);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  stripe = makeStripeSubscriptions({
    secretKey: 'sk_test_local',
    baseUrl: `http://127.0.0.1:${port}`,
    timeoutMs: 200,
    retries: 0,
  });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const json =
  (body: unknown, status = 200): Answer =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const price = (key: string | null, more: object = { quantity: 1 }) => ({
  id: `si_${key}`,
  object: 'subscription_item',
  price: { lookup_key: key },
  ...more,
});
const list = (data: readonly unknown[], hasMore = false) => ({ object: 'list', data, has_more: hasMore, url: '/v1/x' });
const raw = (over: Record<string, unknown> = {}) => ({
  id: 'sub_1',
  object: 'subscription',
  customer: 'cus_1',
  status: 'active',
  metadata: { userId: 'u1' },
  items: list([price('aion_pro')]),
  ...over,
});

async function listed(): Promise<ListedSubscription[]> {
  const found: ListedSubscription[] = [];
  for await (const one of stripe.subscriptions()) found.push(one);
  return found;
}

describe('a subscription at Stripe', () => {
  it.each([
    [{}, 'paying', 'pro'],
    [{ items: list([price('aion_basic'), price('aion_elite')]) }, 'paying', 'elite'],
    [{ items: list([price('support'), price('aion_basic')]) }, 'paying', 'basic'],
    [{ status: 'trialing' }, 'paying', 'pro'],
    [{ status: 'past_due' }, 'paying', 'pro'],
    [{ pause_collection: null }, 'paying', 'pro'],
    [{ pause_collection: { behavior: 'void' } }, 'lapsed', 'basic'],
    [{ items: list([price('aion_elite', { quantity: 0 })]) }, 'lapsed', 'basic'],
    [{ items: list([price('aion_elite', { quantity: 0 }), price('aion_pro')]) }, 'paying', 'pro'],
    [{ items: list([price('aion_pro', {})]) }, 'paying', 'pro'],
    [{ status: 'unpaid' }, 'lapsed', 'basic'],
    [{ status: 'paused' }, 'lapsed', 'basic'],
    [{ status: 'canceled' }, 'ended', 'basic'],
    [{ status: 'incomplete' }, 'incomplete', 'basic'],
    [{ status: 'incomplete_expired' }, 'incomplete', 'basic'],
    [{ customer: { id: 'cus_1' } }, 'paying', 'pro'],
  ])('%o is %s with the tier %s', async (over, status, tier) => {
    answer = json(raw(over));
    expect(await stripe.subscription('sub_1')).toEqual({
      subscriptionId: 'sub_1',
      customerId: 'cus_1',
      userId: 'u1',
      status,
      tier,
    });
  });

  it.each([
    [{ status: 'canceled' }, 'ended'],
    [{ status: 'unpaid' }, 'lapsed'],
    [{ status: 'incomplete' }, 'incomplete'],
    [{ pause_collection: { behavior: 'void' } }, 'lapsed'],
    [{ items: list([price('gold')]) }, 'lapsed'],
  ])('%o that lost its user is over all the same', async (over, status) => {
    for (const metadata of [{}, { userId: '' }]) {
      answer = json(raw({ ...over, metadata }));
      const found = await stripe.subscription('sub_1');
      expect(found).toMatchObject({ customerId: 'cus_1', status, tier: 'basic' });
      expect(found).not.toHaveProperty('userId');
    }
  });

  it('has all of its items, also those that did not come with it', async () => {
    answer = (request, response) =>
      request.url!.startsWith('/v1/subscription_items')
        ? json(list([price('aion_basic'), price('aion_elite')]))(request, response)
        : json(raw({ items: list([price('aion_basic')], true) }))(request, response);
    expect(await stripe.subscription('sub_1')).toMatchObject({ tier: 'elite' });
    expect(asked[1]).toMatch(/subscription=sub_1/);
  });

  it.each([
    [{ metadata: {} }, /needs metadata.userId/],
    [{ status: 'dormant' }, /"dormant", which is none of/],
  ])('%o is refused, and someone has to look', async (over, words) => {
    answer = json(raw(over));
    await expect(stripe.subscription('sub_1')).rejects.toMatchObject({
      code: 'bad_input',
      message: expect.stringMatching(words) as string,
    });
  });

  it('that pays for no price we know grants nothing, and says what it has', async () => {
    answer = json(raw({ items: list([price('gold'), price(null), price('aion_pro', { quantity: 0 })]) }));
    expect(await stripe.subscription('sub_1')).toMatchObject({
      status: 'lapsed',
      tier: 'basic',
      unclear: expect.stringMatching(/found "gold", ""\./) as string,
    });
  });

  it('that Stripe does not have is absent, and no failure', async () => {
    answer = json({ error: { type: 'invalid_request_error', code: 'resource_missing', message: 'No such' } }, 404);
    expect(await stripe.subscription('sub_1')).toBeUndefined();
  });

  it.each<[string, Answer]>([
    ['too many requests', json({ error: { type: 'rate_limit_error', message: 'slow down' } }, 429)],
    ['a failure of its own', json({ error: { type: 'api_error', message: 'oops' } }, 500)],
    ['a page for people', (_q, response) => response.writeHead(200).end('<html>maintenance</html>')],
    ['half an answer', (_q, response) => response.writeHead(200, { 'content-length': '500' }).end('{"id":"sub')],
    ['a closed connection', (request) => request.socket.destroy()],
    ['no answer at all', () => undefined],
    ['a refused key', json({ error: { type: 'invalid_request_error', message: 'Invalid API Key: sk_test' } }, 401)],
    ['an answer that is no subscription', json({ object: 'list' })],
  ])('answered with %s is unknown: to be asked again, and no reason for anything', async (_name, faulty) => {
    answer = faulty;
    await expect(stripe.subscription('sub_1')).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
      audience: 'operator',
    });
    await expect(listed()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('all subscriptions', () => {
  it('are walked page by page, ended ones too; one that nobody understands stops no other', async () => {
    answer = (request, response) => {
      const url = new URL(request.url!, 'http://x');
      const second = url.searchParams.get('starting_after') === 'sub_2';
      expect(url.searchParams.get('status')).toBe('all');
      const page = second
        ? list([raw({ id: 'sub_3', status: 'canceled' })])
        : list([raw(), raw({ id: 'sub_2', metadata: {} })], true);
      json(page)(request, response);
    };
    const found = await listed();
    expect(found.map((one) => [one.subscriptionId, 'now' in one ? one.now.status : 'strange'])).toEqual([
      ['sub_1', 'paying'],
      ['sub_2', 'strange'],
      ['sub_3', 'ended'],
    ]);
  });
});
