import { z } from 'zod';

/** Figures come as {raw, fmt}; an empty object where there is none. */
const Module = z.record(z.string(), z.unknown());

export const QuoteSummary = z.object({
  quoteSummary: z.object({
    error: z.object({ code: z.string(), description: z.string() }).nullable(),
    result: z
      .array(
        z.object({
          defaultKeyStatistics: Module.optional(),
          financialData: Module.optional(),
          summaryDetail: Module.optional(),
        }),
      )
      .nullable(),
  }),
});
export type QuoteSummary = z.infer<typeof QuoteSummary>;
