import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

/**
 * Return over so many bars less the return of a reference over the same; one output per window. With `of`, that reference stands in the place
 * of this instrument.
 */
export function relativeStrength(against: string, windows: readonly number[], of?: string): Kernel {
  return scalarKernel({
    outputs: windows.length,
    lookbackBars: Math.max(...windows),
    stateLength: 1,
    run({ close, references }, _needs, state, from, to, out) {
      const own = of === undefined ? close : references[of]!;
      const other = references[against]!;
      let seen = state[0]!;
      for (let i = from; i < to; i++) {
        for (let w = 0; w < windows.length; w++) {
          const bars = windows[w]!;
          const ahead = seen >= bars ? own[i]! / own[i - bars]! - other[i]! / other[i - bars]! : Number.NaN;
          // A reference of 0 has no return.
          out[w]![i] = Number.isFinite(ahead) ? ahead : Number.NaN;
        }
        seen++;
      }
      state[0] = seen;
    },
  });
}
