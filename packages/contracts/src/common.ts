import { EXCHANGES } from '@aion/core/exchange';
import { TIERS, CURRENCIES } from '@aion/core/vocabulary';
import { z } from 'zod';

/** An instant as ISO 8601 in UTC. */
export const Instant = z.iso.datetime();
export const SessionDay = z.iso.date();
export const Tier = z.enum(TIERS);
export type Tier = z.infer<typeof Tier>;
export const Role = z.enum(['member', 'admin']);
export type Role = z.infer<typeof Role>;
export const Exchange = z.enum(EXCHANGES);
export type Exchange = z.infer<typeof Exchange>;
export const Currency = z.enum(CURRENCIES);

/** Labels that a page must show so that they cannot be overlooked. */
export const Badge = z.enum(['SIMULATED', 'STUB', 'EXPERIMENTAL', 'DELAYED']);
export type Badge = z.infer<typeof Badge>;

/** A count per reason, most frequent first. `title` is a sentence for people. */
export const ReasonCount = z.strictObject({ reason: z.string(), title: z.string(), count: z.int().min(0) });
export type ReasonCount = z.infer<typeof ReasonCount>;

/** RFC 9457 problem details, `application/problem+json`. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string().optional(),
  code: z.string(),
  /**
   * Under which the operator finds the cause of a failure in the log; also the header x-request-id. Every problem of a route has it;
   * what is refused before it is a request of the API's has none.
   */
  correlationId: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;
