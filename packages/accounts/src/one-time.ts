import { bodyOf, isAppError, sha256Hex, type Clock, type ItemTable } from '@aion/core';
import { z } from 'zod';

/** What a secret may be good for. */
export type OneTimeKind = 'demo' | 'first-admin' | 'live-ticket';

/** What a secret stands for is known to whoever gave it. */
const SECRET = { what: 'one-time secret', v: 1, advice: 'ask for another' } as const;
/** Of a secret that stands for nothing but itself. */
export const NOTHING = z.strictObject({});

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
  await items.put({ ...keyOf(given.kind, secret), v: SECRET.v, body: given.body, expiresAtS }, { kind: 'absent' });
  return { secret, expiresMs: expiresAtS * 1000 };
}

/**
 * What the secret stands for, the first time; undefined for one that was used, has expired or never was.
 *
 * @param schema of what it stands for
 * @throws AppError(corrupt) for what does not fit it
 * @example const userId = (await redeemOnce(items, 'live-ticket', secret, Ticket))?.userId;
 */
export async function redeemOnce<T>(
  items: ItemTable,
  kind: OneTimeKind,
  secret: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
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
  return bodyOf(found, { ...SECRET, schema });
}
