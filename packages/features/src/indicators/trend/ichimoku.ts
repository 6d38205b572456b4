import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/**
 * Ichimoku's two lines and the two edges of the cloud (G. Hosoda): the middles of 9, 26 and 52 bars. The spans are those that stand at this
 * bar, made `shift` bars before; the chikou line, which moves closes into the past, is left out since it looks ahead. Needs the Donchian
 * middles of the three windows. TA-Lib has none.
 */
export function ichimokuKernel(shift = 26): Kernel {
  return scalarKernel({
    outputs: 4,
    lookbackBars: 0,
    // Bars seen, at most shift; place in the rings; both spans of the last `shift` bars.
    stateLength: 2 + 2 * shift,
    run(_series, needs, state, from, to, outputs) {
      const short = needs[0]!;
      const middle = needs[1]!;
      const long = needs[2]!;
      let seen = state[0]!;
      let place = state[1]!;
      for (let i = from; i < to; i++) {
        const at = 2 + 2 * place;
        outputs[0]![i] = short[i]!;
        outputs[1]![i] = middle[i]!;
        outputs[2]![i] = seen >= shift ? state[at]! : Number.NaN;
        outputs[3]![i] = seen >= shift ? state[at + 1]! : Number.NaN;
        state[at] = (short[i]! + middle[i]!) / 2;
        state[at + 1] = long[i]!;
        place = place + 1 === shift ? 0 : place + 1;
        if (seen < shift) seen++;
      }
      state[0] = seen;
      state[1] = place;
    },
  });
}
