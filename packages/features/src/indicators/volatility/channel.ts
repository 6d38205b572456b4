import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';
import { rollingHighest, rollingLowest } from '../window.ts';

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
      const seen = state[0]!;
      state[1] = rollingHighest(high, period, seen === 0 ? -1 : state[1]!, from, to, upperOut);
      state[2] = rollingLowest(low, period, seen === 0 ? -1 : state[2]!, from, to, lowerOut);
      for (let i = from; i < to; i++) middleOut[i] = (upperOut[i]! + lowerOut[i]!) / 2;
      const known = Math.min(to, from + period - 1 - seen);
      if (known > from) for (const out of outputs) out.fill(Number.NaN, from, known);
      state[0] = Math.min(period - 1, seen + to - from);
    },
  });
}
