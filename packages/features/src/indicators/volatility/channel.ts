import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';
import { lastHighest, lastLowest } from '../window.ts';

/** Keltner channel (C. Keltner; as L. Raschke draws it): an EMA ± width · ATR. Needs the EMA and the ATR. TA-Lib has none. */
export function keltnerKernel(width = 2): Kernel {
  return scalarKernel({
    outputs: 3,
    lookbackBars: 0,
    stateLength: 0,
    run(_series, needs, _state, from, to, outputs) {
      const average = needs[0]!;
      const range = needs[1]!;
      for (let i = from; i < to; i++) {
        const spread = width * range[i]!;
        const known = !Number.isNaN(spread);
        outputs[0]![i] = average[i]! + spread;
        outputs[1]![i] = known ? average[i]! : Number.NaN;
        outputs[2]![i] = average[i]! - spread;
      }
    },
  });
}

/** Donchian channel (R. Donchian): highest high, middle and lowest low of `period` bars, this one included. TA-Lib has none. */
export function donchianKernel(period: number): Kernel {
  return scalarKernel({
    outputs: 3,
    lookbackBars: period,
    // Bars seen, at most period − 1; bars since the highest high and the lowest low.
    stateLength: 3,
    run({ high, low }, _needs, state, from, to, outputs) {
      const upperOut = outputs[0]!;
      const middleOut = outputs[1]!;
      const lowerOut = outputs[2]!;
      let seen = state[0]!;
      let topAt = from - 1 - state[1]!;
      let bottomAt = from - 1 - state[2]!;
      let top = seen === 0 ? -Infinity : high[topAt]!;
      let bottom = seen === 0 ? Infinity : low[bottomAt]!;
      for (let i = from; i < to; i++) {
        const start = i - period + 1;
        if (high[i]! >= top) {
          top = high[i]!;
          topAt = i;
        } else if (topAt < start) {
          topAt = lastHighest(high, start, i);
          top = high[topAt]!;
        }
        if (low[i]! <= bottom) {
          bottom = low[i]!;
          bottomAt = i;
        } else if (bottomAt < start) {
          bottomAt = lastLowest(low, start, i);
          bottom = low[bottomAt]!;
        }
        const known = seen >= period - 1;
        upperOut[i] = known ? top : Number.NaN;
        middleOut[i] = known ? (top + bottom) / 2 : Number.NaN;
        lowerOut[i] = known ? bottom : Number.NaN;
        if (!known) seen++;
      }
      state[0] = seen;
      state[1] = to - 1 - topAt;
      state[2] = to - 1 - bottomAt;
    },
  });
}
