import { z } from 'zod';

const Column = z.array(z.number().nullable());

/** `v8/finance/chart`: parallel columns with nulls where nothing was traded. */
export const Chart = z.object({
  chart: z.object({
    error: z.object({ code: z.string(), description: z.string() }).nullable(),
    result: z
      .array(
        z.object({
          meta: z.object({
            symbol: z.string(),
            currency: z.string().nullish(),
            exchangeName: z.string().nullish(),
            dataGranularity: z.string().nullish(),
          }),
          timestamp: z.array(z.int()).optional(),
          events: z
            .object({
              dividends: z.record(z.string(), z.object({ amount: z.number(), date: z.int() })).optional(),
              splits: z
                .record(z.string(), z.object({ numerator: z.number(), denominator: z.number(), date: z.int() }))
                .optional(),
            })
            .optional(),
          indicators: z.object({
            quote: z.array(
              z.object({
                open: Column.optional(),
                high: Column.optional(),
                low: Column.optional(),
                close: Column.optional(),
                volume: Column.optional(),
              }),
            ),
          }),
        }),
      )
      .nullable(),
  }),
});
export type Chart = z.infer<typeof Chart>;
export type ChartResult = NonNullable<Chart['chart']['result']>[number];
