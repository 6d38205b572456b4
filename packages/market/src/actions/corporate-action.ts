import { ACTION_KINDS } from '@aion/core';
import { z } from 'zod';

export const ActionKind = z.enum(ACTION_KINDS);
export type ActionKind = z.infer<typeof ActionKind>;

export const CorporateAction = z.strictObject({
  symbol: z.string(),
  /** First session at which the share trades without the right, as days since 1970. */
  exDay: z.int(),
  kind: ActionKind,
  /** New shares per old share · factor by which older prices are divided · rupees per share. */
  value: z.number().positive(),
  /**
   * Dividends only: the day in whose shares the amount is given. Absent: as announced, in shares of the ex-date. Vendors restate
   * old dividends in today's shares; that day must be known before the amount can be compared with a price.
   */
  basisDay: z.int().optional(),
});
/**
 * A change of what one share is. `split`, `bonus` and `split_or_bonus` (of a source that cannot tell which): new shares per
 * old one (1:1 bonus: 2). `demerger_or_rights`: the old price divided by what the share is worth afterwards (1.08: older prices
 * ÷ 1.08). `dividend`: rupees per share.
 */
export type CorporateAction = z.infer<typeof CorporateAction>;

/** Two rows of one action: same share, same ex-date, same kind. */
export const actionKey = (action: Pick<CorporateAction, 'symbol' | 'exDay' | 'kind'>): string =>
  `${action.symbol} ${action.exDay} ${action.kind}`;

/** By how much prices before the ex-date are multiplied, and share counts too. Dividends change neither here. */
export function factorsOf({ kind, value }: CorporateAction): { price: number; shares: number } {
  switch (kind) {
    case 'split_or_bonus':
    case 'split':
    case 'bonus':
      return { price: 1 / value, shares: value };
    case 'demerger_or_rights':
      return { price: 1 / value, shares: 1 };
    case 'dividend':
      return { price: 1, shares: 1 };
    default:
      throw new Error(`no factors for ${String(kind satisfies never)}`);
  }
}

/** Actions by symbol, each list ascending by ex-date, for callers that adjust many instruments. */
export function actionsBySymbol(actions: readonly CorporateAction[]): Map<string, CorporateAction[]> {
  const bySymbol = new Map<string, CorporateAction[]>();
  for (const action of [...actions].sort((a, b) => a.exDay - b.exDay)) {
    const list = bySymbol.get(action.symbol);
    if (list === undefined) bySymbol.set(action.symbol, [action]);
    else list.push(action);
  }
  return bySymbol;
}
