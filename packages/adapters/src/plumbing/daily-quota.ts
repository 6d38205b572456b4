import { changeItem, DAY_MS, makeTurns, type Clock, type ItemTable, type StoredForm, bodyOf } from '@aion/core';
import { z } from 'zod';
import { sourceFault } from './faults.ts';
import type { RateLimiter } from './limiter.ts';

export interface DailyQuotaOptions {
  readonly items: ItemTable;
  readonly clock: Clock;
  /** Of the source. */
  readonly name: string;
  readonly requestsPerDay: number;
}

const Used = z.strictObject({ used: z.int().min(0) });
const USED: StoredForm<z.infer<typeof Used>> = {
  what: 'count of the requests of a day',
  v: 1,
  schema: Used,
  advice: 'the source is asked again tomorrow',
};
const KEPT_MS = 3 * DAY_MS;

/**
 * How many requests of a day, by UTC, all processes of a stage together may send: counted before each goes out, tries again included, as
 * the source counts them. Once they are used nothing goes out until the next day.
 *
 * @throws AppError(rate_limited) from `acquire` once the day's are used.
 */
export function makeDailyQuota({ items, clock, name, requestsPerDay }: DailyQuotaOptions): RateLimiter {
  // Of one process one counts at a time: only processes meet at the item.
  const inTurn = makeTurns();
  return {
    async acquire(signal) {
      signal.throwIfAborted();
      const nowMs = clock.nowMs();
      const day = new Date(nowMs).toISOString().slice(0, 10);
      const left = await inTurn(() =>
        changeItem<boolean>(
          items,
          { table: 'ephemeral', pk: `RATE#${name}`, sk: `QUOTA#${day}` },
          (found) => {
            const used = found === undefined ? 0 : bodyOf(found, USED).used;
            if (used >= requestsPerDay) return { result: false };
            const expiresAtS = Math.ceil((nowMs + KEPT_MS) / 1000);
            return { item: { v: USED.v, body: { used: used + 1 }, expiresAtS }, result: true };
          },
          { what: `the requests of a day to ${name}` },
        ),
      );
      if (left) return;
      const message = `its ${requestsPerDay} requests of ${day} (UTC) are used; it is asked again tomorrow`;
      throw sourceFault('rate_limited', name, message, { again: false });
    },
  };
}
