import { z } from 'zod';

const Rate = z.strictObject({ perSecond: z.number().positive(), burst: z.int().min(1) });
/** How much one may ask. A process counts for itself. */
export const RateLimits = z.strictObject({
  /** Each address, before it is known who asks; an office or the site may be many people. */
  address: Rate.default({ perSecond: 100, burst: 500 }),
  /** Each user. */
  caller: Rate.default({ perSecond: 20, burst: 100 }),
  /** Each admin, of the kill switch alone: what else they or others ask takes nothing from it. */
  kill: Rate.default({ perSecond: 20, burst: 100 }),
});
export type RateLimits = z.infer<typeof RateLimits>;
