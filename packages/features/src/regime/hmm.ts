import { clamp } from '../columns.ts';

/** A hidden Markov model whose states emit independent normal values. Rows of `transition` are the states before. */
export interface GaussianHmm {
  readonly states: number;
  readonly width: number;
  readonly start: Float64Array;
  /** states × states */
  readonly transition: Float64Array;
  /** states × width */
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** No state may shrink onto a point: its variance is at least this share of that of all values. */
const LEAST_VARIANCE_SHARE = 1e-3;
/** A density of nothing: whatever is observed, some state made it. */
const LEAST_LOG_DENSITY = -700;

/** Writes log densities of one observation by state and returns the largest. */
function logDensities(model: GaussianHmm, values: Float64Array, at: number, into: Float64Array, place: number): number {
  const { states, width, mean, variance } = model;
  let top = -Infinity;
  for (let s = 0; s < states; s++) {
    let log = 0;
    for (let d = 0; d < width; d++) {
      const spread = variance[s * width + d]!;
      const off = values[at + d]! - mean[s * width + d]!;
      log -= 0.5 * (Math.log(2 * Math.PI * spread) + (off * off) / spread);
    }
    into[place + s] = log;
    if (log > top) top = log;
  }
  return top;
}

/**
 * One step of the forward pass (Rabiner 1989, section III): from the probabilities of the states given everything before to those given this
 * observation too. Returns its log likelihood given everything before.
 *
 * @param before the filtered probabilities one step ago; null at the first observation.
 */
export function filterStep(
  model: GaussianHmm,
  before: Float64Array | null,
  values: Float64Array,
  at: number,
  into: Float64Array,
): number {
  const { states, transition } = model;
  const expected = new Float64Array(states);
  for (let s = 0; s < states; s++) {
    if (before === null) expected[s] = model.start[s]!;
    else for (let from = 0; from < states; from++) expected[s]! += before[from]! * transition[from * states + s]!;
  }
  const top = logDensities(model, values, at, into, 0);
  let total = 0;
  for (let s = 0; s < states; s++) {
    into[s] = expected[s]! * Math.exp(Math.max(LEAST_LOG_DENSITY, into[s]! - top));
    total += into[s]!;
  }
  for (let s = 0; s < states; s++) into[s]! /= total;
  return top + Math.log(total);
}

/** Filtered probabilities of every observation: each from itself and those before, never smoothed. */
export function filterStates(model: GaussianHmm, values: Float64Array): { probs: Float64Array; logLikelihood: number } {
  const { states, width } = model;
  const count = values.length / width;
  const probs = new Float64Array(count * states);
  let logLikelihood = 0;
  for (let t = 0; t < count; t++) {
    const before = t === 0 ? null : probs.subarray((t - 1) * states, t * states);
    logLikelihood += filterStep(model, before, values, t * width, probs.subarray(t * states, (t + 1) * states));
  }
  return { probs, logLikelihood };
}

/**
 * Where fitting starts, without any chance: observations cut into equal groups by the size of one of their values, each group's means and variances,
 * and states that stay 19 times in 20.
 */
export function startFromQuantiles(values: Float64Array, states: number, width: number, orderBy: number): GaussianHmm {
  const count = values.length / width;
  const order = Uint32Array.from({ length: count }, (_, t) => t).sort(
    (a, b) => values[a * width + orderBy]! - values[b * width + orderBy]! || a - b,
  );
  const mean = new Float64Array(states * width);
  const variance = new Float64Array(states * width);
  const floor = leastVariances(values, width);
  for (let s = 0; s < states; s++) {
    const group = order.subarray(Math.floor((s * count) / states), Math.floor(((s + 1) * count) / states));
    for (let d = 0; d < width; d++) {
      let sum = 0;
      for (const t of group) sum += values[t * width + d]!;
      const middle = sum / group.length;
      let squares = 0;
      for (const t of group) squares += (values[t * width + d]! - middle) ** 2;
      mean[s * width + d] = middle;
      variance[s * width + d] = Math.max(floor[d]!, squares / group.length);
    }
  }
  const stay = 0.95;
  const transition = new Float64Array(states * states).fill((1 - stay) / (states - 1));
  for (let s = 0; s < states; s++) transition[s * states + s] = stay;
  return { states, width, start: new Float64Array(states).fill(1 / states), transition, mean, variance };
}

function leastVariances(values: Float64Array, width: number): Float64Array {
  const count = values.length / width;
  return Float64Array.from({ length: width }, (_, d) => {
    let sum = 0;
    let squares = 0;
    for (let t = 0; t < count; t++) sum += values[t * width + d]!;
    for (let t = 0; t < count; t++) squares += (values[t * width + d]! - sum / count) ** 2;
    return Math.max(1e-12, (LEAST_VARIANCE_SHARE * squares) / count);
  });
}

/**
 * A model fitted to a stretch of observations by so many rounds of Baum and Welch's (1970) expectation and maximisation, its states in
 * order of the mean of one value: state 0 has the smallest. The same stretch always gives the same model; what lies outside of it is unknown to it.
 */
export function fitHmm(
  values: Float64Array,
  { states, width, orderBy, rounds }: { states: number; width: number; orderBy: number; rounds: number },
): GaussianHmm {
  const model = startFromQuantiles(values, states, width, orderBy);
  const floor = leastVariances(values, width);
  const count = values.length / width;
  const densities = new Float64Array(count * states);
  const ahead = new Float64Array(states);
  const behind = new Float64Array(states);
  for (let round = 0; round < rounds; round++) {
    const { probs } = filterStates(model, values);
    for (let t = 0; t < count; t++) {
      const top = logDensities(model, values, t * width, densities, t * states);
      for (let s = 0; s < states; s++)
        densities[t * states + s] = Math.exp(Math.max(LEAST_LOG_DENSITY, densities[t * states + s]! - top));
    }
    const moves = new Float64Array(states * states);
    const weight = new Float64Array(states);
    const sum = new Float64Array(states * width);
    const squares = new Float64Array(states * width);
    ahead.fill(1);
    for (let t = count - 1; t >= 0; t--) {
      // Weighed with what comes after, within the stretch that is fitted.
      let total = 0;
      for (let s = 0; s < states; s++) total += probs[t * states + s]! * ahead[s]!;
      for (let s = 0; s < states; s++) {
        const share = (probs[t * states + s]! * ahead[s]!) / total;
        weight[s]! += share;
        if (t === 0) model.start[s] = share;
        for (let d = 0; d < width; d++) {
          const value = values[t * width + d]! - model.mean[s * width + d]!;
          sum[s * width + d]! += share * value;
          squares[s * width + d]! += share * value * value;
        }
      }
      if (t === 0) break;
      let norm = 0;
      for (let from = 0; from < states; from++) {
        let later = 0;
        for (let s = 0; s < states; s++)
          later += model.transition[from * states + s]! * densities[t * states + s]! * ahead[s]!;
        behind[from] = later;
        norm += probs[(t - 1) * states + from]! * later;
      }
      for (let from = 0; from < states; from++) {
        for (let s = 0; s < states; s++) {
          moves[from * states + s]! +=
            (probs[(t - 1) * states + from]! *
              model.transition[from * states + s]! *
              densities[t * states + s]! *
              ahead[s]!) /
            norm;
        }
      }
      for (let s = 0; s < states; s++) ahead[s] = behind[s]! / norm;
    }
    for (let s = 0; s < states; s++) {
      let left = 0;
      for (let to = 0; to < states; to++) left += moves[s * states + to]!;
      for (let to = 0; to < states; to++)
        // A state that nothing was in keeps its habits.
        if (left > 0) model.transition[s * states + to] = clamp(moves[s * states + to]! / left, 0, 1);
      if (!(weight[s]! > 0)) continue;
      for (let d = 0; d < width; d++) {
        const shift = sum[s * width + d]! / weight[s]!;
        model.mean[s * width + d]! += shift;
        model.variance[s * width + d] = Math.max(floor[d]!, squares[s * width + d]! / weight[s]! - shift * shift);
      }
    }
  }
  return inOrder(model, orderBy);
}

/** The same model with its states by the mean of one value, so that names do not change places from fit to fit. */
function inOrder(model: GaussianHmm, orderBy: number): GaussianHmm {
  const { states, width } = model;
  const order = Array.from({ length: states }, (_, s) => s).sort(
    (a, b) => model.mean[a * width + orderBy]! - model.mean[b * width + orderBy]! || a - b,
  );
  const rows = (values: Float64Array): Float64Array =>
    Float64Array.from(order.flatMap((s) => [...values.subarray(s * width, (s + 1) * width)]));
  return {
    states,
    width,
    start: Float64Array.from(order, (s) => model.start[s]!),
    transition: Float64Array.from(order.flatMap((from) => order.map((to) => model.transition[from * states + to]!))),
    mean: rows(model.mean),
    variance: rows(model.variance),
  };
}
