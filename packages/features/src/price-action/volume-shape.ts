import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

/** Less than this many shares in a window is no trade: a running sum of adjusted volumes may keep a crumb of what has left it. */
const NOTHING_SHARES = 1e-3;

/** Mean volume of the last `short` bars over that of the last `long`: far below 1 the volume has dried up. None without any volume. */
export function volumeShare(short: number, long: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: long,
    // Bars seen, both sums.
    stateLength: 3,
    run({ volumeShares }, _needs, state, from, to, [out]) {
      let seen = state[0]!;
      let few = state[1]!;
      let many = state[2]!;
      for (let i = from; i < to; i++, seen++) {
        few += volumeShares[i]!;
        many += volumeShares[i]!;
        if (seen >= short) few -= volumeShares[i - short]!;
        if (seen >= long) many -= volumeShares[i - long]!;
        out![i] = seen >= long - 1 && many > NOTHING_SHARES ? Math.max(0, few) / short / (many / long) : Number.NaN;
      }
      state[0] = seen;
      state[1] = few;
      state[2] = many;
    },
  });
}

/**
 * 1 where a bar that closed higher has more volume than any bar of the ten before that closed lower (Morales and Kacher, Trade Like an
 * O'Neil Disciple, 2010), else 0.
 */
export const pocketPivot: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: 11,
  stateLength: 1,
  run({ close, volumeShares }, _needs, state, from, to, [out]) {
    let seen = state[0]!;
    for (let i = from; i < to; i++) {
      if (seen++ < 11) {
        out![i] = Number.NaN;
        continue;
      }
      const volume = volumeShares[i]!;
      let pivot = close[i]! > close[i - 1]! && volume > 0 ? 1 : 0;
      for (let j = i - 10; pivot === 1 && j < i; j++) {
        if (close[j]! < close[j - 1]! && volumeShares[j]! >= volume) pivot = 0;
      }
      out![i] = pivot;
    }
    state[0] = seen;
  },
});
