import { z } from 'zod';

const Page = z.string().nullish();

export const Bars = z.object({
  symbol: z.string().optional(),
  // Null where there are none.
  bars: z
    .array(
      z.object({
        t: z.iso.datetime({ offset: true }),
        o: z.number(),
        h: z.number(),
        l: z.number(),
        c: z.number(),
        v: z.number(),
      }),
    )
    .nullable(),
  next_page_token: Page,
});
export type Bars = z.infer<typeof Bars>;

const Split = z.object({ symbol: z.string(), new_rate: z.number(), old_rate: z.number(), ex_date: z.iso.date() });
export const CorporateActions = z.object({
  corporate_actions: z.object({
    forward_splits: z.array(Split).optional(),
    reverse_splits: z.array(Split).optional(),
    cash_dividends: z.array(z.object({ symbol: z.string(), rate: z.number(), ex_date: z.iso.date() })).optional(),
  }),
  next_page_token: Page,
});
export type CorporateActions = z.infer<typeof CorporateActions>;

const HourMinute = z.string().regex(/^\d{2}:\d{2}$/);
export const CalendarDays = z.array(z.object({ date: z.iso.date(), open: HourMinute, close: HourMinute }));

export const Assets = z.array(
  z.object({
    symbol: z.string(),
    name: z.string().nullish(),
    exchange: z.string(),
    class: z.string(),
    status: z.string(),
    tradable: z.boolean(),
    fractionable: z.boolean().optional(),
    shortable: z.boolean().optional(),
  }),
);
export type Assets = z.infer<typeof Assets>;

export const News = z.object({
  news: z.array(
    z.object({
      id: z.int(),
      headline: z.string(),
      summary: z.string().optional(),
      author: z.string().optional(),
      created_at: z.iso.datetime({ offset: true }),
      updated_at: z.iso.datetime({ offset: true }),
      url: z.string().nullish(),
      symbols: z.array(z.string()),
      source: z.string().optional(),
    }),
  ),
  next_page_token: Page,
});
export type News = z.infer<typeof News>;
