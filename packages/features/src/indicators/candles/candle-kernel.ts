import { scalarKernel, type Kernel, type Series } from '../../kernel/kernel.ts';

/**
 * One of TA-Lib's candle settings: what counts as long, short or near is a factor of the mean body, or of the mean range, of the `bars` bars
 * before the one that is looked at.
 */
export interface CandleSetting {
  readonly of: 'body' | 'range';
  readonly bars: number;
  readonly factor: number;
}

/** TA-Lib's defaults (`TA_CandleDefaultSettings`); its long shadow is one above the bar's own body and needs no mean. */
export const BODY_LONG: CandleSetting = { of: 'body', bars: 10, factor: 1 };
export const BODY_SHORT: CandleSetting = { of: 'body', bars: 10, factor: 1 };
export const BODY_DOJI: CandleSetting = { of: 'range', bars: 10, factor: 0.1 };
export const SHADOW_VERY_SHORT: CandleSetting = { of: 'range', bars: 10, factor: 0.1 };
export const NEAR: CandleSetting = { of: 'range', bars: 5, factor: 0.2 };
export const FAR: CandleSetting = { of: 'range', bars: 5, factor: 0.6 };

export interface CandlePattern {
  /** What is measured, and by how many bars the one that is measured lies behind. */
  readonly means: readonly (readonly [setting: CandleSetting, behind: number])[];
  /** Index of the first value. */
  readonly first: number;
  /** 100 bullish, −100 bearish, 0 none; `limits` are the means by their factors, in the order of `means`. */
  find(bars: Series, i: number, limits: Float64Array): number;
}

/**
 * A pattern as a kernel. The means are running sums begun and carried on exactly as TA-Lib's are, so that a body that equals its limit falls
 * on the same side.
 */
export function candleKernel({ means, first, find }: CandlePattern): Kernel {
  const count = means.length;
  const periods = means.map(([{ bars }]) => bars);
  const lags = means.map(([, behind]) => behind);
  const factors = means.map(([{ factor }]) => factor);
  const bodies = means.map(([{ of }]) => of === 'body');
  const limits = new Float64Array(count);
  return scalarKernel({
    outputs: 1,
    lookbackBars: Math.max(first, ...means.map(([{ bars }, behind]) => bars + behind)),
    // Bars seen, at most `first`; the sums.
    stateLength: 1 + count,
    run(series, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      const { open, high, low, close } = series;
      let seen = state[0]!;
      for (let i = from; i < to; i++) {
        const known = seen >= first;
        if (known) {
          for (let k = 0; k < count; k++) limits[k] = factors[k]! * (state[1 + k]! / periods[k]!);
          out[i] = find(series, i, limits);
        } else {
          out[i] = Number.NaN;
        }
        for (let k = 0; k < count; k++) {
          const period = periods[k]!;
          if (seen < first - period) continue;
          const at = i - lags[k]!;
          const gone = at - period;
          if (bodies[k]!) {
            const added = Math.abs(close[at]! - open[at]!);
            state[1 + k]! += known ? added - Math.abs(close[gone]! - open[gone]!) : added;
          } else {
            const added = high[at]! - low[at]!;
            state[1 + k]! += known ? added - (high[gone]! - low[gone]!) : added;
          }
        }
        if (!known) seen++;
      }
      state[0] = seen;
    },
  });
}
