import { MODES, SIGN_OUT_SCOPES } from '@aion/core/vocabulary';
import { Why } from '@aion/core/why';
import { z } from 'zod';
import { Badge, Exchange, Instant, Role, SessionDay, Tier } from './common.ts';

/** What the caller may do, derived on the server in one place. The page shows or gates by these, never by tier name. */
export const Capabilities = z.strictObject({
  signals: z.enum(['top5', 'all']),
  hourlyRefinement: z.boolean(),
  exportCsv: z.boolean(),
  automaticExecution: z.boolean(),
  admin: z.boolean(),
});
export type Capabilities = z.infer<typeof Capabilities>;

export const Me = z.strictObject({
  userId: z.string(),
  email: z.string(),
  tier: Tier,
  role: Role,
  capabilities: Capabilities,
  /** Set while an administrator looks as this member: who it is, and until when. */
  viewing: z.strictObject({ by: z.string(), reason: z.string(), endsAt: Instant }).nullable(),
});
export type Me = z.infer<typeof Me>;

/** The state of the exchange and of the product's data, for the top bar. */
export const MarketStatus = z.strictObject({
  exchange: Exchange,
  timeZone: z.string(),
  /**
   * The product's clock. A `frozen` one is a replay: it starts after the close of the data's last session and runs on from there. A `played` one is
   * of a simulated market whose sessions pass faster than the wall clock.
   */
  now: Instant,
  clock: z.enum(['live', 'played', 'frozen']),
  state: z.enum(['open', 'pre_open', 'closed', 'holiday', 'unknown']),
  stateTitle: z.string(),
  nextOpen: Instant.nullable(),
  badges: z.array(Badge),
  mode: z.enum(MODES),
  lastBarDate: SessionDay.nullable(),
  lastRun: z
    .strictObject({ id: z.string(), kind: z.string(), status: z.string(), at: Instant, sessionDate: SessionDay })
    .nullable(),
  /** Whether the kill switch is on. Null: not told, because the caller's tier has no orders. */
  killed: z.boolean().nullable(),
});
export type MarketStatus = z.infer<typeof MarketStatus>;

/** The demo's accounts. An account whose password its owner changed has none here. */
export const DemoLogins = z.strictObject({
  logins: z.array(z.strictObject({ label: z.string(), email: z.string(), password: z.string().nullable() })),
});
export type DemoLogins = z.infer<typeof DemoLogins>;
const Secret = z.string().min(20).max(200);
/** The secret of the link that a start printed; it opens the demo's accounts once. */
export const OpenDemo = z.strictObject({ secret: Secret });
export type OpenDemo = z.infer<typeof OpenDemo>;
/** Who the first administrator of a home is to be, by the link that its start printed. */
export const FirstAdmin = z.strictObject({
  secret: Secret,
  email: z.email().max(254),
  password: z.string().min(8).max(200),
});
export type FirstAdmin = z.infer<typeof FirstAdmin>;

export const EndSession = z.strictObject({ scope: z.enum(SIGN_OUT_SCOPES) });
export type EndSession = z.infer<typeof EndSession>;
/** What a page says in the first message of a live socket instead of a token, which pages do not have. */
export const LiveTicket = z.strictObject({ ticket: z.string(), expiresAt: Instant });
export type LiveTicket = z.infer<typeof LiveTicket>;

export const KillScope = z.enum(['global']);
export const KillState = z.strictObject({
  active: z.boolean(),
  /** False: it cannot be read, and so counts as on. */
  known: z.boolean(),
  scope: KillScope,
  reason: z.string().nullable(),
  by: z.string().nullable(),
  at: Instant.nullable(),
  /** What the switch does while it is on, in a sentence. */
  effect: z.string(),
});
export type KillState = z.infer<typeof KillState>;
export const SetKill = z.strictObject({
  active: z.boolean(),
  reason: Why,
  /** Of a release: `at` of the state that it is to undo. Answered with 409 where another stands by then; a stop never is. */
  seenAt: Instant.nullable().optional(),
});
export type SetKill = z.infer<typeof SetKill>;
