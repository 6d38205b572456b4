import type { Context } from 'hono';
import { z } from '@hono/zod-openapi';
import { AppError, bodyOf, hashOf, isAppError, type StoredForm } from '@aion/core';
import type { ApiEnv } from './caller.ts';
import type { ApiDeps } from './deps.ts';

const KEEP_S = 86_400;
/** A process that ended in the middle of the work leaves the key taken; after this time it is free again. */
const UNDER_WAY_S = 600;

const Kept = z.strictObject({
  request: z.string(),
  state: z.enum(['started', 'done']),
  answer: z.unknown().optional(),
});
const KEPT: StoredForm<z.infer<typeof Kept>> = {
  what: 'answer to an Idempotency-Key',
  v: 1,
  schema: Kept,
  advice: 'use a new key',
};

export const IdempotencyHeader = z.object({ 'idempotency-key': z.string().optional() });

/**
 * Runs a write once per Idempotency-Key and caller: a repeat gets the first answer, a repeat with another body is refused,
 * one that comes while the first is under way is told to wait. Without a key the write simply runs.
 */
export async function once<T extends object>(
  deps: ApiDeps,
  c: Context<ApiEnv>,
  input: unknown,
  work: () => Promise<T>,
): Promise<T> {
  const name = c.req.header('idempotency-key');
  if (name === undefined) return work();
  if (!/^[\w.:-]{8,128}$/.test(name)) {
    throw new AppError('bad_input', 'Idempotency-Key must have 8 to 128 letters, digits, or . : _ -');
  }
  const key = {
    table: 'ephemeral',
    pk: `IDEM#${c.get('caller').userId}`,
    sk: `${c.req.method} ${c.req.path}#${name}`,
  } as const;
  const request = hashOf(input ?? null);
  const inSeconds = (seconds: number): number => Math.floor(deps.clock.nowMs() / 1000) + seconds;
  try {
    await deps.items.put(
      { ...key, v: KEPT.v, body: { request, state: 'started' }, expiresAtS: inSeconds(UNDER_WAY_S) },
      { kind: 'absent' },
    );
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error;
    const found = bodyOf(await deps.items.get(key), KEPT);
    if (found?.request !== request)
      throw new AppError('conflict', 'this Idempotency-Key was used with another body; use a new one');
    if (found.state !== 'done')
      throw new AppError(
        'conflict',
        'the first request with this Idempotency-Key is still under way; ask again shortly',
        { retryable: true },
      );
    // What this very route answered to this caller: the key names method and path.
    return found.answer as T;
  }
  let answer: T;
  try {
    answer = await work();
  } catch (error) {
    // Nothing was done, so the key is free for another try.
    await deps.items.delete(key);
    throw error;
  }
  await deps.items.put({ ...key, v: KEPT.v, body: { request, state: 'done', answer }, expiresAtS: inSeconds(KEEP_S) });
  return answer;
}
