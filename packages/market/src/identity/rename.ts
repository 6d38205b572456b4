import { z } from 'zod';

export const Rename = z.strictObject({
  from: z.string(),
  to: z.string(),
  /** First session under the new symbol, as days since 1970. */
  fromDay: z.int(),
  /** What shows that both are one share. */
  evidence: z.enum(['listed', 'isin', 'prev_close', 'admin']),
});

/** A share that trades under another symbol from a day on. */
export type Rename = z.infer<typeof Rename>;
