import type { State, States } from './states.ts';

/** The most shards that the program makes of a universe. */
export const MAX_SHARDS = 40;

interface Retrier {
  readonly MaxAttempts: number;
  readonly IntervalSeconds: number;
  readonly BackoffRate?: number;
}

/** Seconds that these states may take together when each try of each task fails at its last second. Waiting is not among it. */
export const longestRunS = (states: States): number =>
  Object.values(states).reduce((sum, state) => sum + longestS(state), 0);

/** How often a Map begins anew: as many of its items run at once as it allows. */
export const wavesOf = (map: State): number => Math.ceil(MAX_SHARDS / Number(map['MaxConcurrency']));

function longestS(state: State): number {
  if (state.Type === 'Map') return wavesOf(state) * longestRunS((state['ItemProcessor'] as { States: States }).States);
  if (state.Type !== 'Task') return 0;
  const retriers = (state['Retry'] ?? []) as readonly Retrier[];
  const tries = retriers.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 1);
  return tries * Number(state['TimeoutSeconds']) + retriers.reduce((sum, retrier) => sum + pausesS(retrier), 0);
}

const pausesS = ({ MaxAttempts, IntervalSeconds, BackoffRate = 1 }: Retrier): number =>
  Array.from({ length: MaxAttempts }, (_, retry) => IntervalSeconds * BackoffRate ** retry).reduce((a, b) => a + b, 0);
