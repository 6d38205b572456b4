import { bodyOf, type EpochMs, type ItemTable, type ReadOptions, type StoredForm } from '@aion/core';
import { z } from 'zod';

/** What alerts say of a signal's share now; they decide nothing. */
export interface WhyNow {
  readonly alerts: readonly {
    readonly type: string;
    readonly title: string;
    readonly atMs: EpochMs;
    readonly score: number;
  }[];
  /** When this was last found to be so. */
  readonly asOfMs: EpochMs;
}

export const WHY_NOW: StoredForm<WhyNow> = {
  what: 'what alerts say of a signal',
  v: 1,
  schema: z.strictObject({
    alerts: z.array(z.strictObject({ type: z.string(), title: z.string(), atMs: z.int(), score: z.number() })),
    asOfMs: z.int(),
  }),
};

/** Where it lies: with the signal's refinements. */
export const whyNowKey = (signalId: string) => ({ table: 'product', pk: `SIG#${signalId}`, sk: 'WHYNOW' }) as const;

/** What alerts say of a signal's share; undefined where nothing ever did. */
export async function loadWhyNow(
  items: ItemTable,
  signalId: string,
  options: ReadOptions = {},
): Promise<WhyNow | undefined> {
  const found = await items.get(whyNowKey(signalId), options);
  return found === undefined ? undefined : bodyOf(found, WHY_NOW);
}
