import { bodyOf, type EpochMs, type ItemTable, SessionDate, type Exchange, type StoredForm } from '@aion/core';
import { z } from 'zod';
import type { QuorumIssue } from './quorum.ts';

const Disagreement = z.strictObject({
  symbol: z.string(),
  date: SessionDate,
  closes: z.record(z.string(), z.number()),
  chosen: z.string(),
  chosenBy: z.enum(['priority', 'majority', 'only_one']),
  message: z.string(),
  seenMs: z.int(),
});
/** Two sources that gave different closes for a session, as it was seen last. */
export type Disagreement = z.infer<typeof Disagreement>;
const DISAGREEMENT: StoredForm<Disagreement> = {
  what: 'disagreement of sources',
  v: 1,
  schema: Disagreement,
  advice: 'fetch the symbol again',
};

const partition = (exchange: Exchange): string => `DISAGREE#${exchange}`;

/** Keeps what a comparison found; the same session of the same symbol again takes the new values. Returns how many were kept. */
export async function saveDisagreements(
  items: ItemTable,
  exchange: Exchange,
  issues: readonly QuorumIssue[],
  seenMs: EpochMs,
): Promise<number> {
  let kept = 0;
  for (const { code, symbol, date, closes, chosen, chosenBy, message } of issues) {
    if (code !== 'source_disagreement' || date === null) continue;
    const body = Disagreement.parse({ symbol, date, closes, chosen, chosenBy, message, seenMs });
    await items.put({ table: 'product', pk: partition(exchange), sk: `${date}#${symbol}`, v: DISAGREEMENT.v, body });
    kept++;
  }
  return kept;
}

/**
 * The newest sessions on which sources disagreed, at most `limit`.
 *
 * @example const newest = await listDisagreements(items, 'NSE', 20);
 */
export async function listDisagreements(items: ItemTable, exchange: Exchange, limit: number): Promise<Disagreement[]> {
  const range = { table: 'product', pk: partition(exchange), descending: true } as const;
  const { items: found } = await items.query(range, { limit });
  return found.map((item) => bodyOf(item, DISAGREEMENT));
}
