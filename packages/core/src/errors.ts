import { ZodError } from 'zod';
import { firstIssue } from './first-issue.ts';

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

/**
 * Whom the words of an error are for. `caller`: whoever asked, a stranger too. `operator`: they may name files, addresses, roles or
 * statements; whoever asked is told that it failed, and an id under which the operator finds the words in the log.
 */
export type Audience = 'caller' | 'operator';

export interface AppErrorOptions {
  readonly retryable?: boolean;
  /** `caller` unless said otherwise. What leaves a port of storage is `operator`: see `withOperatorErrors`. */
  readonly audience?: Audience;
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
  readonly audience: Audience;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.audience = options.audience ?? 'caller';
    this.context = options.context ?? {};
  }
}

/**
 * Whether something thrown is one of the product's own errors and, where a code is given, one of that code.
 *
 * @example
 * if (!isAppError(error, 'conflict')) throw error;
 */
export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}

/**
 * What a stranger may read of anything thrown: its own message where that was written for the caller, otherwise only that it failed.
 * `id`: under which the log has the cause.
 *
 * @example publicMessage(new AppError('not_found', 'there is no signal 7')) // 'there is no signal 7'
 * @example publicMessage(new Error('disk full')) // 'it failed inside; the operator finds the cause in the log'
 * @example publicMessage(new Error('disk full'), 'i-7') // 'it failed inside; the operator finds the cause in the log under i-7'
 */
export function publicMessage(error: unknown, id?: string): string {
  if (isForCaller(error)) return error.message;
  return `it failed inside; the operator finds the cause in the log${id === undefined ? '' : ` under ${id}`}`;
}

/** Whether the words of an error were written for whoever asked: `context.words` = 'caller' says so where the code does not. */
export function isForCaller(error: unknown): error is AppError {
  if (!(error instanceof AppError) || error.audience === 'operator') return false;
  return error.context['words'] === 'caller' || !OF_MACHINERY.has(error.code);
}

/** Codes of failures whose words come from what failed, whoever wrote them down. */
const OF_MACHINERY: ReadonlySet<ErrorCode> = new Set(['unavailable', 'corrupt', 'model_refused']);

/**
 * The message of anything thrown, for logs and step reports. Of what a schema refused it is one line.
 *
 * @example errorMessage(new Error('disk full')) // 'disk full'
 */
export function errorMessage(error: unknown): string {
  if (error instanceof ZodError) return firstIssue(error);
  return error instanceof Error ? error.message : String(error);
}

/**
 * Whose a failure is: of whoever asked, of a service that others run, of what stores the product's state, of an operator who has to bring or
 * release something, or of the product itself.
 */
export type Fault = 'caller' | 'dependency' | 'storage' | 'operator' | 'product';

const FAULT_OF: Readonly<Record<ErrorCode, Fault>> = {
  bad_input: 'caller',
  not_found: 'caller',
  conflict: 'caller',
  unauthenticated: 'caller',
  forbidden: 'caller',
  too_large: 'caller',
  rate_limited: 'caller',
  outside_calendar: 'caller',
  missing_data: 'operator',
  killed: 'operator',
  unavailable: 'dependency',
  model_refused: 'product',
  lease_lost: 'storage',
  no_space: 'storage',
  corrupt: 'storage',
};
/** What storage says in its own words, though its code would be the caller's business or that of a vendor. */
const OF_STORAGE: ReadonlySet<ErrorCode> = new Set([
  'conflict',
  'rate_limited',
  'unavailable',
  'not_found',
  'too_large',
]);

/**
 * Whose anything thrown is. What is no AppError is a defect of the product.
 *
 * @example whoseFault(new AppError('bad_input', 'line 12: …')) // 'caller'
 * @example whoseFault(new TypeError('x is undefined')) // 'product'
 */
export function whoseFault(error: unknown): Fault {
  if (!(error instanceof AppError)) return 'product';
  return error.audience === 'operator' && OF_STORAGE.has(error.code) ? 'storage' : FAULT_OF[error.code];
}

/** The code of anything thrown; `internal` for what is no AppError. */
export const codeOf = (error: unknown): ErrorCode | 'internal' => (error instanceof AppError ? error.code : 'internal');

const MOST_CAUSES = 5;

/**
 * Anything thrown as fields of a line in the log: what it is, whose, and what led to it.
 *
 * @example telemetry.log('error', 'a scheduled job failed', { name, ...errorFields(error) });
 */
export function errorFields(error: unknown): Readonly<Record<string, unknown>> {
  const causes: string[] = [];
  for (
    let at = error instanceof Error ? error.cause : undefined;
    at instanceof Error && causes.length < MOST_CAUSES;
    at = at.cause
  )
    causes.push(`${at.name}: ${at.message}`);
  return {
    ...{ code: codeOf(error), fault: whoseFault(error), error: errorMessage(error) },
    ...(causes.length > 0 && { causes }),
    // Where a caller was refused says nothing; where the rest failed, much.
    ...(whoseFault(error) !== 'caller' && error instanceof Error && { stack: stackOf(error) }),
  };
}

/** Where it was thrown, behind its message in one line: what a schema refuses has a page of JSON there. */
function stackOf(error: Error): string {
  const { stack = '' } = error;
  const at = stack.search(/\n\s+at /);
  return `${error.name}: ${errorMessage(error)}${at < 0 ? '' : stack.slice(at)}`;
}

/** Throws when a broken invariant would otherwise go unnoticed. Not for bad input: that is an AppError. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}
