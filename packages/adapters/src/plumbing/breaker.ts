import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import { isIll } from './faults.ts';

/** How long a source that failed is left alone. */
export const LEFT_ALONE_MS = 60_000;

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failures?: number;
  readonly openMs?: number;
  /** What `snapshot` gave, in this process or another. */
  readonly initial?: unknown;
  /** Failures in a row until then. */
  readonly initialFailures?: number;
  readonly onChange?: (state: BreakerState) => void;
}

/** Leaves a source that is ill alone for a while, so that callers fail at once and it can recover. */
export interface SourceBreaker {
  state(): BreakerState;
  /** Failures since the last success, of those that say that the source is ill. */
  failures(): number;
  /** JSON that another breaker can start from. */
  snapshot(): unknown;
  /** Throws `isOpen` errors without doing the work while it is open. */
  execute<T>(work: () => Promise<T>): Promise<T>;
}

/** Whether a request failed because its breaker is open: the source was not asked at all. */
export const isOpen = (error: unknown): boolean => error instanceof BrokenCircuitError;

/**
 * A circuit breaker that opens after a row of failures of the source itself (five unless said otherwise), lets one request through after a
 * minute, and can go on from an earlier snapshot.
 */
export function makeBreaker(options: BreakerOptions = {}): SourceBreaker {
  const openMs = options.openMs ?? LEFT_ALONE_MS;
  let failures = options.initialFailures ?? 0;
  /** When it opened, by a time that nobody sets back; the policy itself goes by the wall clock. */
  let openedMs = performance.now();
  const make = (initial: unknown) => {
    const made = circuitBreaker(handleWhen(isIll), {
      halfOpenAfter: openMs,
      breaker: new ConsecutiveBreaker(options.failures ?? 5),
      ...(initial === undefined ? {} : { initialState: initial }),
    });
    made.onFailure(({ handled }) => void (handled && failures++));
    made.onSuccess(() => void (failures = 0));
    made.onStateChange(() => {
      if (made.state === CircuitState.Open) openedMs = performance.now();
      options.onChange?.(state());
    });
    return made;
  };
  let policy = make(options.initial);
  const state = (): BreakerState =>
    policy.state === CircuitState.Closed ? 'closed' : policy.state === CircuitState.HalfOpen ? 'half_open' : 'open';
  return {
    state,
    failures: () => failures,
    snapshot: () => policy.toJSON(),
    execute(work) {
      // Its time is over, also where the wall clock was set back since: it goes on from the same state, opened long ago.
      if (policy.state === CircuitState.Open && performance.now() - openedMs >= openMs)
        policy = make(openedLongAgo(policy.toJSON()));
      return policy.execute(work);
    },
  };
}

function openedLongAgo(snapshot: unknown): unknown {
  const { ownState, ...rest } = snapshot as { ownState: object };
  return { ...rest, ownState: { ...ownState, openedAt: 0 } };
}
