import { z } from 'zod';

/** What enters and leaves cost together, as a part of the price: taxes, charges and slippage of a delivery trade. */
const ROUND_TRIP_COST_FRAC = 0.0035;

/** A setting of older homes that no longer means anything: the tick is data of the exchange. It is read and left out. */
const OBSOLETE = new Set(['tickMinor']);

/** The thresholds of fusion. The veto's two are the product's rule and not configurable. */
const Policy = z.strictObject({
  /** Least probability that the proposed side wins. */
  minSideProb: z.number().min(0.5).max(0.95).default(0.56),
  /** Added to it for BUY while the market is risk-off. */
  riskOffMargin: z.number().min(0).max(0.2).default(0.02),
  maxSignalsPerSide: z.int().positive().max(500).default(40),
  validSessions: z.int().min(1).max(10).default(5),
  /** Least reward to the first target, in round trips' costs. */
  minRewardCosts: z.number().min(0).max(20).default(3),
  roundTripCostFrac: z.number().min(0).max(0.05).default(ROUND_TRIP_COST_FRAC),
});
export type FusionPolicy = z.infer<typeof Policy>;

export const FusionPolicy: z.ZodType<FusionPolicy, unknown> = z.preprocess(
  (value) =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).filter(([name]) => !OBSOLETE.has(name)))
      : value,
  Policy,
);

export const VETO_BLOCK_PROB = 0.65;
export const VETO_BOOST_PROB = 0.35;
/** What the boost adds to a signal's place in the list. It is no probability and never added to one. */
export const VETO_BOOST = 0.05;
/** Reward to risk at the worst fill below which there is no plan. */
export const MIN_REWARD_RISK_RATIO = 1;
