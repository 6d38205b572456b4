import { z } from 'zod';

/** With vintages: each row says from when to when the value stood. A missing value is a dot. */
export const Observations = z.object({
  count: z.int(),
  offset: z.int(),
  limit: z.int(),
  observations: z.array(
    z.object({ realtime_start: z.iso.date(), realtime_end: z.string(), date: z.iso.date(), value: z.string() }),
  ),
});
export type Observations = z.infer<typeof Observations>;
