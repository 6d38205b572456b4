import type { GateResult, Side } from '@aion/core';
import type { ModelVote } from './signal.ts';
import { VETO_BLOCK_PROB, VETO_BOOST, VETO_BOOST_PROB, type FusionPolicy } from './policy.ts';

/** One instrument's forecasts, quantised. Returns are gross fractions over ten sessions. */
export interface ForecastSet {
  readonly stockformer: { readonly version: string; readonly return10: number; readonly upProb10: number };
  readonly tft: {
    readonly version: string;
    readonly return10: number;
    readonly upper10: number;
    readonly lower10: number;
  };
  /** Probability that a long trade fails. */
  readonly veto: { readonly version: string; readonly longFailProb: number };
  /** Daily and weekly alignment, −1 to 1. */
  readonly dayAlignment: number;
  readonly weekAlignment: number;
}

export type AbstainReason =
  | 'no_edge'
  | 'models_disagree'
  | 'against_trend'
  | 'below_rank'
  | 'no_plan'
  | 'thin_reward'
  | 'results_next';

export const ABSTAIN_TITLES: Readonly<Record<AbstainReason | 'vetoed', string>> = {
  no_edge: 'No side is probable enough',
  models_disagree: 'StockFormer and TFT disagree on the direction',
  against_trend: 'The daily and weekly trends stand against it',
  below_rank: "Outside the run's strongest signals",
  no_plan: 'No stop and target that pay more than they risk',
  thin_reward: 'The first target pays too little for what a trade costs',
  results_next: 'Results are due before an entry can be made',
  vetoed: 'Blocked by the veto',
};

export type Fusion =
  | {
      readonly kind: 'signal';
      readonly side: Side;
      readonly confidence: number;
      /** What the signal is ranked by: its confidence, and more where the veto boosts it. No probability. */
      readonly strength: number;
      readonly votes: readonly ModelVote[];
      /** Probability that this side fails, by the veto. */
      readonly failProb: number;
      readonly vetoDecision: GateResult;
    }
  | { readonly kind: 'vetoed'; readonly side: Side; readonly failProb: number }
  | { readonly kind: 'abstained'; readonly why: AbstainReason };

const Z90 = 1.2815515655446004;
const STOCKFORMER_WEIGHT = 0.6;

/**
 * Fuses the forecasts into a side with its model confidence, or says why not. The veto judges a long trade; a SELL (avoid) fails where
 * the long trade succeeds, so its chance of failure is the other one. From 0.65 on the veto blocks a side, up to 0.35 it lifts its
 * rank; it never changes the confidence.
 */
export function fuse(forecasts: ForecastSet, policy: FusionPolicy, riskOn: boolean): Fusion {
  const { stockformer, tft, veto } = forecasts;
  const tftUpProb = upProbOfBand(tft);
  const votes: ModelVote[] = [
    voteOf('StockFormer', stockformer.version, stockformer.upProb10, stockformer.return10),
    voteOf('TFT', tft.version, tftUpProb, tft.return10),
  ];
  const upProb = STOCKFORMER_WEIGHT * stockformer.upProb10 + (1 - STOCKFORMER_WEIGHT) * tftUpProb;
  const side: Side = upProb >= 0.5 ? 'BUY' : 'SELL';
  const sideProb = side === 'BUY' ? upProb : 1 - upProb;
  const needed = policy.minSideProb + (side === 'BUY' && !riskOn ? policy.riskOffMargin : 0);
  if (sideProb < needed) return { kind: 'abstained', why: 'no_edge' };
  const direction = side === 'BUY' ? 1 : -1;
  const agree = Math.sign(stockformer.upProb10 - 0.5) === direction && Math.sign(tft.return10) === direction;
  if (!agree) return { kind: 'abstained', why: 'models_disagree' };
  if (direction * (forecasts.dayAlignment + forecasts.weekAlignment) < 0)
    return { kind: 'abstained', why: 'against_trend' };

  const failProb = rounded(side === 'BUY' ? veto.longFailProb : 1 - veto.longFailProb);
  if (failProb >= VETO_BLOCK_PROB) return { kind: 'vetoed', side, failProb };
  const boost = failProb <= VETO_BOOST_PROB;
  const confidence = rounded(Math.min(0.99, sideProb));
  return {
    kind: 'signal',
    side,
    confidence,
    strength: rounded(confidence + (boost ? VETO_BOOST : 0)),
    votes,
    failProb,
    vetoDecision: boost ? 'boost' : 'pass',
  };
}

/** P(return > 0) of a normal whose mean is the forecast and whose 10 % and 90 % quantiles are the band. */
export function upProbOfBand(band: { return10: number; upper10: number; lower10: number }): number {
  const deviation = (band.upper10 - band.lower10) / (2 * Z90);
  if (!(deviation > 0)) return band.return10 > 0 ? 1 : band.return10 < 0 ? 0 : 0.5;
  return rounded(normalCdf(band.return10 / deviation));
}

/** Abramowitz and Stegun 26.2.17; absolute error below 7.5e-8. */
export function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const tail =
    density * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x >= 0 ? 1 - tail : tail;
}

function voteOf(model: string, version: string, upProb: number, returnFrac: number): ModelVote {
  const vote = upProb > 0.52 ? 'UP' : upProb < 0.48 ? 'DOWN' : 'NEUTRAL';
  return { model, version, vote, upProb, returnFrac };
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
