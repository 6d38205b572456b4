import { AppError, type ErrorCode } from '@aion/core';

/** What went wrong between us and a source. */
export type Fault =
  | 'rate_limited'
  | 'server_error'
  | 'timeout'
  | 'network'
  | 'broken_body'
  | 'wrong_type'
  | 'shape'
  | 'too_large'
  | 'redirected'
  | 'denied'
  | 'refused'
  | 'missing'
  | 'cancelled'
  | 'breaker_open';

interface FaultKind {
  readonly code: ErrorCode;
  /** Asking again at once, after a short wait, may help. */
  readonly again: boolean;
  /** Asking again later may help. */
  readonly later: boolean;
  /** Says that the source is ill: enough of these and it is left alone for a while. */
  readonly ill: boolean;
}

const KINDS: Readonly<Record<Fault, FaultKind>> = {
  rate_limited: { code: 'rate_limited', again: true, later: true, ill: false },
  server_error: { code: 'unavailable', again: true, later: true, ill: true },
  timeout: { code: 'unavailable', again: true, later: true, ill: true },
  network: { code: 'unavailable', again: true, later: true, ill: true },
  broken_body: { code: 'unavailable', again: true, later: true, ill: true },
  wrong_type: { code: 'unavailable', again: false, later: true, ill: true },
  shape: { code: 'unavailable', again: false, later: false, ill: true },
  too_large: { code: 'too_large', again: false, later: false, ill: true },
  redirected: { code: 'forbidden', again: false, later: false, ill: true },
  denied: { code: 'forbidden', again: false, later: false, ill: false },
  refused: { code: 'bad_input', again: false, later: false, ill: false },
  missing: { code: 'not_found', again: false, later: false, ill: false },
  cancelled: { code: 'unavailable', again: false, later: true, ill: false },
  breaker_open: { code: 'unavailable', again: false, later: true, ill: false },
};

export interface FaultDetails {
  readonly url?: string;
  readonly status?: number;
  /** How long the source wants to be left alone. */
  readonly waitMs?: number;
  /** False: a wait of seconds is of no use, such as for a limit by the day. */
  readonly again?: boolean;
  readonly cause?: unknown;
}

/** A failure of a source. The message says what was expected, what was found, and what to do; it never holds a key. */
export function sourceFault(fault: Fault, source: string, message: string, details: FaultDetails = {}): AppError {
  const { cause, ...context } = details;
  return new AppError(KINDS[fault].code, `${source}: ${message}`, {
    retryable: KINDS[fault].later,
    context: { source, fault, ...context },
    ...(cause === undefined ? {} : { cause }),
  });
}

export function faultOf(error: unknown): Fault | undefined {
  return error instanceof AppError && typeof error.context['fault'] === 'string' && error.context['fault'] in KINDS
    ? (error.context['fault'] as Fault)
    : undefined;
}

export function isIll(error: unknown): boolean {
  const fault = faultOf(error);
  return fault !== undefined && KINDS[fault].ill;
}

export function maySoonHelp(error: unknown): boolean {
  const fault = faultOf(error);
  if (fault === undefined || !KINDS[fault].again) return false;
  return (error as AppError).context['again'] !== false;
}
