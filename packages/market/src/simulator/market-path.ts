import type { Rng } from '@aion/core';
import { SECTORS } from './names.ts';

export type SimulatedRegime = 'bull' | 'bear' | 'range';

/** The course of the whole market: what every instrument shares. All arrays have one entry per session. */
export interface MarketPath {
  readonly regime: readonly SimulatedRegime[];
  readonly returnFrac: Float64Array;
  /** Conditional daily volatility of the market. */
  readonly volFrac: Float64Array;
  /** Returns of each sector beyond the market's, in the order of SECTORS. */
  readonly sectorReturnFrac: readonly Float64Array[];
}

interface RegimeLaw {
  readonly drift: number;
  readonly vol: number;
  /** Chances of the next session's regime: bull, bear, range. */
  readonly next: readonly [number, number, number];
}

// Mean stays of about 80, 35 and 50 sessions; yearly drifts near +18 %, −25 % and +2 %.
const LAWS: Readonly<Record<SimulatedRegime, RegimeLaw>> = {
  bull: { drift: 0.0007, vol: 0.0075, next: [0.9875, 0.004, 0.0085] },
  bear: { drift: -0.0011, vol: 0.0145, next: [0.0145, 0.971, 0.0145] },
  range: { drift: 0.0001, vol: 0.0085, next: [0.013, 0.007, 0.98] },
};
const ORDER: readonly SimulatedRegime[] = ['bull', 'bear', 'range'];

// GARCH(1,1) around the regime's variance: shocks die down with a half-life of about two weeks.
const ALPHA = 0.09;
const BETA = 0.86;

export function makeMarketPath(rng: Rng, sessions: number): MarketPath {
  const market = rng.fork('market');
  const regime: SimulatedRegime[] = [];
  const returnFrac = new Float64Array(sessions);
  const volFrac = new Float64Array(sessions);
  let state: SimulatedRegime = 'bull';
  let variance = LAWS[state].vol ** 2;
  for (let day = 0; day < sessions; day++) {
    state = draw(market, LAWS[state].next);
    const law = LAWS[state];
    const shock = Math.sqrt(variance) * fatTailed(market);
    regime.push(state);
    volFrac[day] = Math.sqrt(variance);
    returnFrac[day] = clampFrac(law.drift + shock, 0.09);
    variance = (1 - ALPHA - BETA) * law.vol ** 2 + ALPHA * shock ** 2 + BETA * variance;
  }
  return { regime, returnFrac, volFrac, sectorReturnFrac: SECTORS.map((name) => sectorPath(rng.fork(name), sessions)) };
}

function draw(rng: Rng, chances: readonly [number, number, number]): SimulatedRegime {
  const value = rng.next();
  return value < chances[0] ? ORDER[0]! : value < chances[0] + chances[1] ? ORDER[1]! : ORDER[2]!;
}

/** A sector drifts slowly in and out of favour: an Ornstein–Uhlenbeck trend plus noise. */
function sectorPath(rng: Rng, sessions: number): Float64Array {
  const path = new Float64Array(sessions);
  let trend = 0;
  for (let day = 0; day < sessions; day++) {
    trend = 0.98 * trend + 0.00012 * rng.normal();
    path[day] = trend + 0.0045 * rng.normal();
  }
  return path;
}

/** Unit variance, with heavier tails than the normal: a mixture in which one day in twelve is twice as wild. */
export function fatTailed(rng: Rng): number {
  const scale = rng.next() < 1 / 12 ? 2 : 0.853;
  return scale * rng.normal();
}

export function clampFrac(value: number, limit: number): number {
  return value < -limit ? -limit : value > limit ? limit : value;
}
