import { scalarKernel, type Kernel } from '../kernel/kernel.ts';
import { rollingSums } from '../kernel/rolling-sums.ts';

/**
 * Bulk volume classification (Easley, López de Prado and O'Hara 2012): of a bar's volume the share Φ(return ÷ σ) was bought; return and σ, the
 * standard deviation of the last returns, this one included, are the needed columns. Order-flow imbalance is (bought − sold) over all volume of a window; the second output is
 * VPIN's Σ|bought − sold| over all volume of a longer one, in bars of time where VPIN takes buckets of equal volume.
 */
export function bulkVolume(flowBars: number, toxicityBars: number): Kernel {
  const flow = rollingSums(flowBars, 2);
  const toxicity = rollingSums(toxicityBars, 2);
  const toxicityAt = flow.stateLength;
  const terms = new Float64Array(2);
  return scalarKernel({
    outputs: 2,
    lookbackBars: 0,
    stateLength: toxicityAt + toxicity.stateLength,
    run({ volumeShares }, [returns, sigmas], state, from, to, [imbalance, vpin]) {
      for (let i = from; i < to; i++) {
        imbalance![i] = vpin![i] = Number.NaN;
        const sigma = sigmas![i]!;
        if (Number.isNaN(sigma)) continue;
        // Where the price stands still, half was bought.
        const bought = sigma > LEAST_SIGMA ? normalShare(returns![i]! / sigma) : 0.5;
        const net = (2 * bought - 1) * volumeShares[i]!;
        terms[0] = net;
        terms[1] = volumeShares[i]!;
        flow.add(state, 0, terms);
        imbalance![i] = shareOf(flow.isFull(state, 0), flow.sum(state, 0, 0), flow.sum(state, 0, 1));
        terms[0] = Math.abs(net);
        toxicity.add(state, toxicityAt, terms);
        vpin![i] = shareOf(
          toxicity.isFull(state, toxicityAt),
          toxicity.sum(state, toxicityAt, 0),
          toxicity.sum(state, toxicityAt, 1),
        );
      }
    },
  });
}

const LEAST_SIGMA = 1e-7;

const shareOf = (full: boolean, part: number, whole: number): number =>
  full && whole > 0.5 ? Math.max(-1, Math.min(1, part / whole)) : Number.NaN;

/** Standard normal distribution to 7.5e-8 (Abramowitz and Stegun 1964, 26.2.17). */
export function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    Math.exp((-z * z) / 2) *
    0.3989422804014327 *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}
