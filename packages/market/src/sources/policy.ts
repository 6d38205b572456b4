import type { Exchange } from '@aion/core';
import { z } from 'zod';
import { SOURCE_NAMES } from './capability.ts';

const Order = z.array(z.enum(SOURCE_NAMES)).max(SOURCE_NAMES.length);

/** How sources are used: the order in which they are asked, and how far two of them may lie apart. */
export const SourcePolicy = z.strictObject({
  disabled: Order.default([]).describe('sources that are not asked, although they could be'),
  requestsPerDay: z
    .partialRecord(z.enum(SOURCE_NAMES), z.int().min(1).max(1_000_000).nullable())
    .default({})
    .describe(
      'requests of a day that your plan with a source allows, in place of the smallest published one; null: any',
    ),
  dailyNse: Order.default(['kite', 'yahoo']),
  dailyUs: Order.default(['alphavantage', 'alpaca', 'polygon', 'yahoo']),
  intradayNse: Order.default(['kite', 'yahoo']),
  intradayUs: Order.default(['alpaca', 'polygon', 'yahoo']),
  actionsNse: Order.default(['yahoo']),
  actionsUs: Order.default(['alpaca', 'polygon', 'alphavantage', 'yahoo']),
  news: Order.default(['benzinga', 'alpaca', 'polygon', 'rss']),
  toleranceFrac: z.number().min(0).max(0.2).default(0.005).describe('how far two prices may lie apart'),
  volumeToleranceFrac: z.number().min(0).max(1).default(0.3).describe('how far two volumes may; 1 takes any'),
  quorum: z.int().min(1).max(5).default(2).describe('sources that are asked for the same bars, to be compared'),
  feeds: z
    .array(z.url({ protocol: /^https?$/ }))
    .max(50)
    .default([])
    .describe('RSS and Atom feeds'),
  subreddits: z
    .array(z.string().regex(/^\w{2,21}$/))
    .max(20)
    .default(['IndianStockMarket', 'stocks']),
});
export type SourcePolicy = z.infer<typeof SourcePolicy>;

export type OrderedKind = 'daily' | 'intraday' | 'actions';

/** The sources that are asked for a kind of bars of an exchange, the first to be asked first. */
export const orderOf = (policy: SourcePolicy, kind: OrderedKind, exchange: Exchange): SourcePolicy['dailyNse'] =>
  policy[`${kind}${exchange === 'NSE' ? 'Nse' : 'Us'}`];
