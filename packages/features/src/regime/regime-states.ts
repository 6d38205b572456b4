import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

/** A state is entered beyond `enter` and left only beyond `leave`, so that a value at the border does not flicker. */
export interface Border {
  readonly enter: number;
  readonly leave: number;
}

/** 0 calm, 1 normal, 2 volatile, from the place of volatility in its own past. State: whether one was given; the last one. */
export function volatilityRegime(calm: Border, volatile: Border): Kernel {
  return stateKernel((place, last) => {
    if (place >= volatile.enter || (last === 2 && place >= volatile.leave)) return 2;
    return place <= calm.enter || (last === 0 && place <= calm.leave) ? 0 : 1;
  }, 1);
}

/** −1, 0, 1 from a measure of the trend that is above 0 upwards. */
export function trendRegime({ enter, leave }: Border): Kernel {
  return stateKernel((trend, last) => {
    if (Math.abs(trend) >= enter) return Math.sign(trend);
    return Math.abs(trend) >= leave && Math.sign(trend) === last ? last : 0;
  }, 0);
}

/** A state that follows from a needed column and the state before; a bar without a value keeps the state and shows none. */
function stateKernel(next: (value: number, last: number) => number, start: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    stateLength: 2,
    run(_series, [column], state, from, to, [out]) {
      let last = state[0] === 0 ? start : state[1]!;
      for (let i = from; i < to; i++) {
        const value = column![i]!;
        if (Number.isNaN(value)) {
          out![i] = Number.NaN;
          continue;
        }
        last = next(value, last);
        out![i] = last;
      }
      state[0] = 1;
      state[1] = last;
    },
  });
}
