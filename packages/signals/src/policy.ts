import { z } from 'zod';

/** The thresholds of fusion. The veto's two are the product's rule and not configurable. */
export const FusionPolicy = z.strictObject({
  /** Least probability that the proposed side wins. */
  minSideProb: z.number().min(0.5).max(0.95).default(0.56),
  /** Added to it for BUY while the market is risk-off. */
  riskOffMargin: z.number().min(0).max(0.2).default(0.02),
  maxSignalsPerSide: z.int().positive().max(500).default(40),
  validSessions: z.int().min(1).max(10).default(5),
  tickMinor: z.int().positive().default(5),
});
export type FusionPolicy = z.infer<typeof FusionPolicy>;

export const VETO_BLOCK_PROB = 0.65;
export const VETO_BOOST_PROB = 0.35;
export const VETO_BOOST = 0.05;
