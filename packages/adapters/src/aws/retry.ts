import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError, errorMessage, isAppError, type Rng, type Telemetry } from '@aion/core';

export interface RetryOptions {
  readonly attempts?: number;
  readonly baseMs?: number;
  readonly capMs?: number;
  readonly rng?: Rng;
  readonly telemetry?: Telemetry;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** Thrown inside `withRetry` for an answer that says: nothing was done, ask again. */
export class TryAgain extends Error {}

const TRANSIENT = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'InternalServerError',
  'InternalFailure',
  'ServiceUnavailable',
  'TransactionConflictException',
  'TransactionInProgressException',
  'ReplicatedWriteConflictException',
  'TimeoutError',
  'RequestTimeout',
]);
/** Each has cost its whole time-out: as many tries as for a refusal would outlast the caller. */
const MAX_TIME_OUTS = 3;
const TRANSIENT_SOCKET = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN']);

/**
 * Asks again with full jitter (AWS Architecture Blog, "Exponential backoff and jitter": a uniform wait between zero and
 * the doubled bound) while the failure is of a passing kind; then AppError(unavailable, retryable). A request that ran out of
 * time is asked three times at most.
 */
export async function withRetry<T>(what: string, work: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { attempts = 10, baseMs = 25, capMs = 1000, sleep = pause } = options;
  let timeOuts = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
      options.telemetry?.count('aws_retries', 1, { reason: error instanceof Error ? error.name : 'unknown' });
      if (error instanceof Error && error.name === 'TimeoutError') timeOuts++;
      if (attempt >= attempts || timeOuts >= MAX_TIME_OUTS) {
        throw new AppError(
          'unavailable',
          `${what}: no answer after ${attempt} tries, the last one said "${errorMessage(error)}"; ask again later, and if it stays look at the service's health and limits`,
          { retryable: true, cause: error },
        );
      }
      const chance = options.rng?.next() ?? randomInt(2 ** 30) / 2 ** 30;
      await sleep(chance * Math.min(capMs, baseMs * 2 ** (attempt - 1)));
    }
  }
}

function isTransient(error: unknown): boolean {
  if (error instanceof TryAgain) return true;
  if (isAppError(error) || !(error instanceof Error)) return false;
  const { code, $metadata } = error as { code?: string; $metadata?: { httpStatusCode?: number } };
  return (
    TRANSIENT.has(error.name) ||
    (code !== undefined && TRANSIENT_SOCKET.has(code)) ||
    ($metadata?.httpStatusCode ?? 0) >= 500
  );
}
