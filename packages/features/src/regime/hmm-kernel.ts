import { scalarKernel, type Kernel } from '../kernel/kernel.ts';
import { filterStates, filterStep, fitHmm, type GaussianHmm } from './hmm.ts';

export interface HmmSchedule {
  /** Observations that a fit sees: the last ones up to its own bar. */
  readonly window: number;
  /** Bars from fit to fit. */
  readonly every: number;
  readonly rounds: number;
}

const STATES = 3;
const WIDTH = 2;
const VOLATILITY = 1;
/** Returns that the volatility of an observation is made of. */
const RETURNS = 5;
/** Below this a mean move counts as this: the logarithm of standing still has no end. */
const LEAST_MOVE = 1e-4;

/** Bars until the first fit: its window of observations, the first of which takes five returns. */
export const hmmWarmUpBars = ({ window }: HmmSchedule): number => window + RETURNS;

/**
 * Filtered probabilities of a calm, a normal and a volatile state: a Gaussian hidden Markov model (Hamilton 1989; Rabiner 1989) of the log
 * return and the logarithm of the mean |return| of five bars. The model is fitted again on a fixed schedule, on the last observations known
 * then and from a start without chance; between fits only the forward pass goes on, so that a value depends on nothing after its bar.
 *
 * State: bars seen; observations held; place of the next; bars until the next fit; the last returns; probabilities; the model; the ring of observations.
 */
export function hmmKernel({ window, every, rounds }: HmmSchedule): Kernel {
  const [seen, held, place, untilFit, returns] = [0, 1, 2, 3, 4];
  const probs = returns! + RETURNS;
  const start = probs + STATES;
  const transition = start + STATES;
  const mean = transition + STATES * STATES;
  const variance = mean + STATES * WIDTH;
  const ring = variance + STATES * WIDTH;
  const modelOf = (state: Float64Array): GaussianHmm => ({
    states: STATES,
    width: WIDTH,
    start: state.subarray(start, transition),
    transition: state.subarray(transition, mean),
    mean: state.subarray(mean, variance),
    variance: state.subarray(variance, ring),
  });
  /** Fits to the ring and goes over it once more with the new model. */
  const refit = (state: Float64Array): void => {
    const values = new Float64Array(window * WIDTH);
    const next = state[place!]! * WIDTH;
    values.set(state.subarray(ring + next, ring + window * WIDTH), 0);
    values.set(state.subarray(ring, ring + next), window * WIDTH - next);
    const model = fitHmm(values, { states: STATES, width: WIDTH, orderBy: VOLATILITY, rounds });
    state.set(model.start, start);
    state.set(model.transition, transition);
    state.set(model.mean, mean);
    state.set(model.variance, variance);
    state.set(filterStates(model, values).probs.subarray(-STATES), probs);
  };
  return scalarKernel({
    outputs: STATES,
    lookbackBars: 1,
    stateLength: ring + window * WIDTH,
    run({ close }, _needs, state, from, to, out) {
      const model = modelOf(state);
      const before = new Float64Array(STATES);
      for (let i = from; i < to; i++) {
        for (let s = 0; s < STATES; s++) out[s]![i] = Number.NaN;
        const bars = state[seen!]!++;
        if (bars === 0) continue;
        const change = Math.log(close[i]! / close[i - 1]!);
        state[returns! + (bars % RETURNS)] = change;
        if (bars < RETURNS) continue;
        let moves = 0;
        for (let j = 0; j < RETURNS; j++) moves += Math.abs(state[returns! + j]!);
        const at = ring + state[place!]! * WIDTH;
        state[at] = change;
        state[at + 1] = Math.log(Math.max(LEAST_MOVE, moves / RETURNS));
        state[place!] = (state[place!]! + 1) % window;
        if (state[held!]! < window) state[held!]!++;
        if (state[held!]! < window) continue;
        if (state[untilFit!] === 0) {
          refit(state);
          state[untilFit!] = every;
        } else {
          before.set(state.subarray(probs, probs + STATES));
          filterStep(model, before, state, at, state.subarray(probs, probs + STATES));
        }
        state[untilFit!]!--;
        for (let s = 0; s < STATES; s++) out[s]![i] = state[probs + s]!;
      }
    },
  });
}
