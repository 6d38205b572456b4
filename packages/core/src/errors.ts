/** Codes of the failures that cross a port or a host boundary. One host maps each code once. */
export type ErrorCode =
  | 'bad_input' // the caller sent something unusable; the message says what, where and what to do
  | 'not_found'
  | 'conflict' // a conditional write lost, or a state forbids the change
  | 'unauthenticated'
  | 'forbidden'
  | 'too_large'
  | 'rate_limited'
  | 'outside_calendar' // a date for which no calendar data exist, or on which the exchange is closed
  | 'missing_data' // something that must exist first does not
  | 'model_refused' // an artifact is missing, corrupt or does not fit
  | 'lease_lost' // another worker owns the work
  | 'unavailable' // a dependency did not answer
  | 'no_space' // the disk is full
  | 'corrupt' // stored state fails its own checksum or schema
  | 'killed'; // the kill switch forbids it

export interface AppErrorOptions {
  readonly retryable?: boolean;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * An infrastructure failure or a refusal. `message` says what was expected, what was found and what to do;
 * `context` holds machine-readable details and never a secret.
 *
 * @example throw new AppError('bad_input', 'line 12: close is negative (-3.5); fix or remove the line', { context: { line: 12 } })
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.context = options.context ?? {};
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}

/** The message of anything thrown, for logs and step reports. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Throws when a broken invariant would otherwise go unnoticed. Not for bad input: that is an AppError. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}
