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

export const isOpen = (error: unknown): boolean => error instanceof BrokenCircuitError;

export function makeBreaker(options: BreakerOptions = {}): SourceBreaker {
  const policy = circuitBreaker(handleWhen(isIll), {
    halfOpenAfter: options.openMs ?? LEFT_ALONE_MS,
    breaker: new ConsecutiveBreaker(options.failures ?? 5),
    ...(options.initial === undefined ? {} : { initialState: options.initial }),
  });
  let failures = options.initialFailures ?? 0;
  policy.onFailure(({ handled }) => void (handled && failures++));
  policy.onSuccess(() => void (failures = 0));
  const state = (): BreakerState =>
    policy.state === CircuitState.Closed ? 'closed' : policy.state === CircuitState.HalfOpen ? 'half_open' : 'open';
  policy.onStateChange(() => options.onChange?.(state()));
  return {
    state,
    failures: () => failures,
    snapshot: () => policy.toJSON(),
    execute: (work) => policy.execute(work),
  };
}
