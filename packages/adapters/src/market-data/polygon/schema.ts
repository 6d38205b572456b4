import { z } from 'zod';

const Next = z.string().optional();

export const Aggregates = z.object({
  ticker: z.string(),
  adjusted: z.boolean(),
  results: z
    .array(z.object({ t: z.int(), o: z.number(), h: z.number(), l: z.number(), c: z.number(), v: z.number() }))
    .optional(),
  next_url: Next,
});
export type Aggregates = z.infer<typeof Aggregates>;

export const Splits = z.object({
  results: z.array(
    z.object({ ticker: z.string(), execution_date: z.iso.date(), split_from: z.number(), split_to: z.number() }),
  ),
  next_url: Next,
});
export type Splits = z.infer<typeof Splits>;

export const Dividends = z.object({
  results: z.array(
    z.object({
      ticker: z.string(),
      ex_dividend_date: z.iso.date(),
      cash_amount: z.number(),
      currency: z.string().optional(),
    }),
  ),
  next_url: Next,
});
export type Dividends = z.infer<typeof Dividends>;

/** Closed days and half days to come, one row an exchange. */
export const UpcomingDays = z.array(
  z.object({
    date: z.iso.date(),
    exchange: z.string(),
    name: z.string(),
    status: z.string(),
    open: z.iso.datetime({ offset: true }).optional(),
    close: z.iso.datetime({ offset: true }).optional(),
  }),
);
export type UpcomingDays = z.infer<typeof UpcomingDays>;

export const News = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      published_utc: z.iso.datetime({ offset: true }),
      article_url: z.string().optional(),
      description: z.string().optional(),
      author: z.string().optional(),
      tickers: z.array(z.string()).optional(),
      publisher: z.object({ name: z.string() }).optional(),
    }),
  ),
  next_url: Next,
});
export type News = z.infer<typeof News>;
