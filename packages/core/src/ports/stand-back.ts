import type { Clock } from './clock.ts';
import type { ItemTable } from './item-table.ts';
import type { Rng } from './rng.ts';

export interface StandBackBounds {
  /** The longest first pause; each further one may last twice as long. */
  readonly firstMs: number;
  /** No pause lasts longer. */
  readonly longestMs: number;
}

/**
 * How writers that met at one item stand back, with full jitter (AWS Architecture Blog, "Exponential backoff and jitter"): a uniform
 * wait between zero and a bound that doubles with each lost race, so that those who met do not meet again.
 *
 * @example const standBack = makeStandBack(clock, rng, { firstMs: 25, longestMs: 1000 });
 */
export function makeStandBack(clock: Clock, rng: Rng, bounds: StandBackBounds): ItemTable['standBack'] {
  const { firstMs, longestMs } = bounds;
  return (lost) => clock.pause(rng.next() * Math.min(longestMs, firstMs * 2 ** (lost - 1)));
}
