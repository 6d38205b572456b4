import { scalarKernel, type Kernel } from './kernel.ts';

/** References as columns: what was joined before, as it is. */
export function referenceColumns(names: readonly string[]): Kernel {
  return scalarKernel({
    outputs: names.length,
    lookbackBars: 0,
    stateLength: 0,
    run({ references }, _needs, _state, from, to, out) {
      for (let j = 0; j < names.length; j++) out[j]!.set(references[names[j]!]!.subarray(from, to), from);
    },
  });
}
