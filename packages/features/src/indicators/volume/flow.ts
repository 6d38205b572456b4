import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/** On-balance volume: starts with the first bar's volume; a rise adds the bar's volume, a fall takes it away (TA-Lib OBV; J. Granville). */
export const obvKernel: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: 1,
  // Whether a bar was seen; the total.
  stateLength: 2,
  run({ close, volumeShares }, _needs, state, from, to, outputs) {
    const out = outputs[0]!;
    let total = state[1]!;
    let i = from;
    if (i < to && state[0] === 0) {
      state[0] = 1;
      total = volumeShares[i]!;
      out[i++] = total;
    }
    for (; i < to; i++) {
      const before = close[i - 1]!;
      if (close[i]! > before) total += volumeShares[i]!;
      else if (close[i]! < before) total -= volumeShares[i]!;
      out[i] = total;
    }
    state[1] = total;
  },
});

/** Volume weighed by where the close lies between low (−1) and high (1); 0 for a bar without range, as in TA-Lib. */
const moneyFlowVolume = (high: number, low: number, close: number, volume: number): number => {
  const range = high - low;
  return range > 0 ? ((close - low - (high - close)) / range) * volume : 0;
};

/** Accumulation/distribution line: the running total of money-flow volume (TA-Lib AD; M. Chaikin). */
export const accumulationKernel: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: 0,
  // The total.
  stateLength: 1,
  run({ high, low, close, volumeShares }, _needs, state, from, to, outputs) {
    const out = outputs[0]!;
    let total = state[0]!;
    for (let i = from; i < to; i++) {
      total += moneyFlowVolume(high[i]!, low[i]!, close[i]!, volumeShares[i]!);
      out[i] = total;
    }
    state[0] = total;
  },
});

/**
 * Chaikin oscillator: EMA 3 minus EMA 10 of the accumulation line, both begun at its first value (TA-Lib ADOSC). Needs the line. First value
 * at index slow − 1.
 */
export function accumulationOscillatorKernel(fast = 3, slow = 10): Kernel {
  const fastShare = 2 / (fast + 1);
  const slowShare = 2 / (slow + 1);
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    // Bars seen, at most slow − 1; both averages.
    stateLength: 3,
    run(_series, needs, state, from, to, outputs) {
      const line = needs[0]!;
      const out = outputs[0]!;
      let seen = state[0]!;
      let fastValue = state[1]!;
      let slowValue = state[2]!;
      for (let i = from; i < to; i++) {
        const value = line[i]!;
        if (seen === 0) {
          fastValue = value;
          slowValue = value;
        } else {
          fastValue = fastShare * value + (1 - fastShare) * fastValue;
          slowValue = slowShare * value + (1 - slowShare) * slowValue;
        }
        out[i] = seen >= slow - 1 ? fastValue - slowValue : Number.NaN;
        if (seen < slow - 1) seen++;
      }
      state[0] = seen;
      state[1] = fastValue;
      state[2] = slowValue;
    },
  });
}

/** Far below a tick of the dearest share, far above what the rounding of a sum of three prices leaves. */
const ROUNDING_FRAC = 1e-11;

/**
 * Money flow index: share of the money that flowed while the typical price rose, in percent of `period` bars (TA-Lib MFI). Less than one
 * unit of money in the window is 0, as in TA-Lib. Typical prices that are equal in ticks are equal: TA-Lib lets the last bit of the
 * sum decide which way their money flowed, here it flowed neither way.
 */
export function moneyFlowIndexKernel(period: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    // Bars seen, at most period; place in the ring; the typical price before; both sums; the signed flows as a ring.
    stateLength: 5 + period,
    run({ high, low, close, volumeShares }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let place = state[1]!;
      let before = state[2]!;
      let rising = state[3]!;
      let falling = state[4]!;
      for (let i = from; i < to; i++) {
        const typical = (high[i]! + low[i]! + close[i]!) / 3;
        const rise = typical - before;
        out[i] = Number.NaN;
        if (seen > 0) {
          const gone = state[5 + place]!;
          if (gone > 0) rising -= gone;
          else falling += gone;
          const flow = typical * volumeShares[i]!;
          const signed = Math.abs(rise) <= ROUNDING_FRAC * typical ? 0 : rise > 0 ? flow : -flow;
          if (signed > 0) rising += signed;
          else falling -= signed;
          state[5 + place] = signed;
          place = place + 1 === period ? 0 : place + 1;
          const both = rising + falling;
          if (seen >= period) out[i] = both < 1 ? 0 : 100 * (rising / both);
        }
        before = typical;
        if (seen < period) seen++;
      }
      state[0] = seen;
      state[1] = place;
      state[2] = before;
      state[3] = rising;
      state[4] = falling;
    },
  });
}

/** Chaikin money flow: money-flow volume over volume of `period` bars, −1 to 1; NaN for a window without volume. TA-Lib has none. */
export function chaikinMoneyFlowKernel(period: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: period,
    // Bars seen, at most period; bars until both sums are made anew, so that a huge volume leaves no rounding behind; the sums; bars in a row
    // without volume.
    stateLength: 5,
    run({ high, low, close, volumeShares }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let untilRenewal = state[1]!;
      let flow = state[2]!;
      let volume = state[3]!;
      let quiet = state[4]!;
      for (let i = from; i < to; i++) {
        if (untilRenewal === 0) {
          untilRenewal = period;
          flow = 0;
          volume = 0;
          for (let j = seen < period ? i - seen : i - period + 1; j < i; j++) {
            flow += moneyFlowVolume(high[j]!, low[j]!, close[j]!, volumeShares[j]!);
            volume += volumeShares[j]!;
          }
        } else if (seen === period) {
          const gone = i - period;
          flow -= moneyFlowVolume(high[gone]!, low[gone]!, close[gone]!, volumeShares[gone]!);
          volume -= volumeShares[gone]!;
        }
        untilRenewal--;
        flow += moneyFlowVolume(high[i]!, low[i]!, close[i]!, volumeShares[i]!);
        volume += volumeShares[i]!;
        quiet = volumeShares[i] === 0 ? quiet + 1 : 0;
        if (seen < period) seen++;
        if (seen < period || quiet >= period) out[i] = Number.NaN;
        else {
          const share = flow / volume;
          out[i] = share > 1 ? 1 : share < -1 ? -1 : share;
        }
      }
      state[0] = seen;
      state[1] = untilRenewal;
      state[2] = flow;
      state[3] = volume;
      state[4] = quiet;
    },
  });
}
