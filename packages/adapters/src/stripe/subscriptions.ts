import { Stripe } from 'stripe';
import { tierRank, type BillingSource, type SubscriptionNow } from '@aion/accounts';
import { AppError, errorMessage, publicMessage } from '@aion/core';
import type { Tier } from '@aion/contracts';

export interface StripeOptions {
  readonly secretKey: string;
  /** Another place than Stripe's own: a local server in tests. */
  readonly baseUrl?: string;
  /** Of one request. */
  readonly timeoutMs?: number;
  readonly retries?: number;
}

const TIMEOUT_MS = 8000;
const RETRIES = 2;
const PAGE = 100;
const TIER_OF_PRICE: Readonly<Record<string, Tier>> = { aion_basic: 'basic', aion_pro: 'pro', aion_elite: 'elite' };
const STATUS: Readonly<Partial<Record<Stripe.Subscription.Status, SubscriptionNow['status']>>> = {
  incomplete: 'incomplete',
  incomplete_expired: 'incomplete',
  active: 'paying',
  trialing: 'paying',
  // Stripe is still trying to collect.
  past_due: 'paying',
  unpaid: 'lapsed',
  paused: 'lapsed',
  canceled: 'ended',
};

/** Subscriptions as Stripe has them now, with all their items. */
export function makeStripeSubscriptions(options: StripeOptions): BillingSource {
  const stripe = new Stripe(options.secretKey, {
    httpClient: Stripe.createFetchHttpClient(),
    maxNetworkRetries: options.retries ?? RETRIES,
    timeout: options.timeoutMs ?? TIMEOUT_MS,
    telemetry: false,
    ...placeOf(options.baseUrl),
  });

  /** A subscription comes with its first items only. */
  const whole = async (subscription: Stripe.Subscription): Promise<SubscriptionNow> => {
    const items = subscription.items.has_more
      ? await all(stripe.subscriptionItems.list({ subscription: subscription.id, limit: PAGE }))
      : subscription.items.data;
    return toSubscription(subscription, items);
  };
  return {
    async subscription(subscriptionId) {
      let found: Stripe.Subscription;
      try {
        found = await stripe.subscriptions.retrieve(subscriptionId);
      } catch (error) {
        if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing')
          return undefined;
        throw asUnavailable(error);
      }
      return asked(() => whole(found));
    },
    async *subscriptions() {
      const pages = stripe.subscriptions.list({ status: 'all', limit: PAGE })[Symbol.asyncIterator]();
      for (;;) {
        const next = await asked(() => pages.next());
        if (next.done === true) return;
        const { id: subscriptionId } = next.value;
        try {
          yield { subscriptionId, now: await asked(() => whole(next.value)) };
        } catch (error) {
          // One that nobody understands stops no other; a provider that does not answer stops all.
          if (error instanceof AppError && error.code === 'bad_input')
            yield { subscriptionId, why: publicMessage(error) };
          else throw error;
        }
      }
    },
  };
}

/**
 * What a subscription means. The tier is the best of its items' prices by their lookup keys (aion_basic, aion_pro, aion_elite), the
 * user its `metadata.userId`. One whose collection is paused, or that has none of anything, pays for nothing. One that pays for no price
 * we know grants nothing and is `unclear`. Throws AppError(bad_input) for one that has a status we do not know, or that grants and lacks
 * the user: it was made by hand, and someone has to look. What is over needs no user: it is taken from whoever had it.
 */
function toSubscription(subscription: Stripe.Subscription, items: readonly Stripe.SubscriptionItem[]): SubscriptionNow {
  const { id: subscriptionId, customer, metadata } = subscription;
  const status = STATUS[subscription.status];
  // A status that Stripe adds one day: neither granted nor taken before someone has looked.
  if (status === undefined)
    throw new AppError(
      'bad_input',
      `subscription ${subscriptionId} has the status "${subscription.status as string}", which is none of ${Object.keys(STATUS).join(', ')}`,
    );
  const userId = metadata['userId'] ?? '';
  const customerId = typeof customer === 'string' ? customer : customer.id;
  const of = { subscriptionId, customerId, ...(userId === '' ? {} : { userId }) };
  if (status !== 'paying') return { ...of, status, tier: 'basic' };
  // A metered item has no quantity.
  const paid = items.filter(({ quantity }) => quantity !== 0);
  const isPaused = (subscription.pause_collection ?? null) !== null;
  if (isPaused || (items.length > 0 && paid.length === 0)) return { ...of, status: 'lapsed', tier: 'basic' };
  const keys = paid.map(({ price }) => price.lookup_key ?? '');
  const best = keys
    .map((key) => TIER_OF_PRICE[key])
    .reduce<Tier | undefined>(
      (found, tier) => (tier !== undefined && (found === undefined || tierRank(tier) > tierRank(found)) ? tier : found),
      undefined,
    );
  if (best !== undefined && userId === '')
    throw new AppError('bad_input', `subscription ${subscriptionId} needs metadata.userId`);
  if (best !== undefined) return { ...of, status, tier: best };
  const unclear = `subscription ${subscriptionId} needs a price with the lookup key ${Object.keys(TIER_OF_PRICE).join(', ')}; found "${keys.join('", "')}". Until then it grants nothing`;
  return { ...of, status: 'lapsed', tier: 'basic', unclear };
}

async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AppError ? error : asUnavailable(error);
  }
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of pages) found.push(item);
  return found;
}

/** No answer, an unusable answer, too many requests, a key that is refused: all leave what is stored as it is. */
function asUnavailable(cause: unknown): AppError {
  return new AppError('unavailable', `Stripe cannot be asked: ${errorMessage(cause)}`, {
    retryable: true,
    audience: 'operator',
    cause,
  });
}

function placeOf(baseUrl: string | undefined) {
  if (baseUrl === undefined) return {};
  const { hostname, port, protocol } = new URL(baseUrl);
  return {
    host: hostname,
    port: Number(port),
    protocol: protocol === 'http:' ? ('http' as const) : ('https' as const),
  };
}
