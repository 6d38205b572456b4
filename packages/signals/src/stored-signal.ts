import {
  SIGNAL_STATUSES,
  CURRENCIES,
  GATE_RESULTS,
  OPINIONS,
  SIDES,
  STANDINGS,
  STOP_BASES,
  TARGET_BASES,
  EXCHANGES,
  type StoredForm,
} from '@aion/core';
import { z } from 'zod';
import type { PublishedSignal, Signal, TradePlan } from './signal.ts';

// Strict throughout: the track record hashes signals as they stand, so that reading one neither drops a field nor adds one.
const Reason = z.strictObject({ code: z.string(), title: z.string() });
const Frac = z.number();

const Plan: z.ZodType<TradePlan> = z.strictObject({
  entryLowMinor: z.int(),
  entryHighMinor: z.int(),
  stopMinor: z.int(),
  stopBasis: z.enum(STOP_BASES).exactOptional(),
  targetsMinor: z.array(z.int()),
  targetBasis: z.enum(TARGET_BASES).exactOptional(),
  rewardRiskRatio: z.number(),
  validUntil: z.string(),
});

const StoredSignal: z.ZodType<Signal> = z.strictObject({
  id: z.string(),
  exchange: z.enum(EXCHANGES),
  currency: z.enum(CURRENCIES),
  symbol: z.string(),
  isin: z.string().nullable(),
  name: z.string().nullable(),
  sector: z.string().nullable(),
  sessionDate: z.string(),
  snapshotId: z.string(),
  rank: z.int(),
  side: z.enum(SIDES),
  confidence: Frac,
  plan: Plan.nullable(),
  votes: z.array(
    z.strictObject({
      model: z.string(),
      version: z.string(),
      vote: z.enum(OPINIONS),
      upProb: Frac.nullable(),
      returnFrac: Frac.nullable(),
    }),
  ),
  failProb: Frac,
  vetoDecision: z.enum(GATE_RESULTS),
  smcFlags: z.array(Reason),
  reasons: z.array(Reason),
  whatWouldChange: z.array(z.string()),
  warnings: z.array(Reason).exactOptional(),
  band: z.strictObject({ lowMinor: z.int(), medianMinor: z.int(), highMinor: z.int() }),
  context: z.array(
    z.strictObject({ name: z.string(), value: z.number(), title: z.string(), absent: z.string().nullable() }),
  ),
  lastCloseMinor: z.int(),
  sparkMinor: z.array(z.int()),
  standing: z.enum(STANDINGS),
  simulated: z.boolean(),
});

export const PUBLISHED_SIGNAL: StoredForm<PublishedSignal> = {
  what: 'signal',
  v: 1,
  schema: z.strictObject({
    signal: StoredSignal,
    status: z.enum(SIGNAL_STATUSES),
    publishedAtMs: z.int(),
    runId: z.string(),
    revision: z.int(),
    superseded: z.boolean(),
  }),
};
