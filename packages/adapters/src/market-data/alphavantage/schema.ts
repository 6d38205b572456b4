import { z } from 'zod';

const Text = z.string();

export const Daily = z.object({
  'Meta Data': z.object({ '2. Symbol': Text, '5. Time Zone': Text.optional() }),
  'Time Series (Daily)': z.record(
    z.iso.date(),
    z.object({ '1. open': Text, '2. high': Text, '3. low': Text, '4. close': Text, '5. volume': Text }),
  ),
});
export type Daily = z.infer<typeof Daily>;

export const Splits = z.object({
  symbol: Text,
  data: z.array(z.object({ effective_date: z.iso.date(), split_factor: Text })),
});
export type Splits = z.infer<typeof Splits>;

export const Dividends = z.object({
  symbol: Text,
  data: z.array(z.object({ ex_dividend_date: Text, amount: Text })),
});
export type Dividends = z.infer<typeof Dividends>;

/** What comes with status 200 in place of an answer. */
export const Notice = z.object({
  Note: Text.optional(),
  Information: Text.optional(),
  'Error Message': Text.optional(),
});
