import { isAppError, sha256Hex, type Clock, type ItemTable } from '@aion/core';

/** What a secret may be good for. */
export type OneTimeKind = 'demo' | 'first-admin' | 'live-ticket';

const keyOf = (kind: OneTimeKind, secret: string) =>
  ({ table: 'ephemeral', pk: `ONCE#${kind}#${sha256Hex(secret)}`, sk: 'SECRET' }) as const;

/**
 * Secrets that work once and for a short while. What is stored is their hash: whoever reads the state cannot use them.
 *
 * @example const secret = await issueOnce(items, clock, newSecret, { kind: 'live-ticket', seconds: 30, body: { userId } });
 */
export async function issueOnce(
  items: ItemTable,
  clock: Clock,
  newSecret: () => string,
  given: { readonly kind: OneTimeKind; readonly seconds: number; readonly body: Readonly<Record<string, unknown>> },
): Promise<{ secret: string; expiresMs: number }> {
  const secret = newSecret();
  const expiresAtS = Math.floor(clock.nowMs() / 1000) + given.seconds;
  await items.put({ ...keyOf(given.kind, secret), v: 1, body: given.body, expiresAtS }, { kind: 'absent' });
  return { secret, expiresMs: expiresAtS * 1000 };
}

/**
 * What the secret stands for, the first time; undefined for one that was used, has expired or never was.
 *
 * @example const userId = (await redeemOnce(items, 'live-ticket', secret))?.['userId'];
 */
export async function redeemOnce(
  items: ItemTable,
  kind: OneTimeKind,
  secret: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const key = keyOf(kind, secret);
  const found = await items.get(key);
  if (found === undefined) return undefined;
  try {
    await items.delete(key, { kind: 'rev', rev: found.rev });
  } catch (error) {
    // Two came at once: it works for one.
    if (isAppError(error, 'conflict')) return undefined;
    throw error;
  }
  return found.body;
}
