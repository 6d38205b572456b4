import { AppError, errorMessage, isAppError, type Audience, type ErrorCode } from '@aion/core';
import type { RowReviewRequest } from '@aion/contracts';
import type { Actor } from '@aion/jobs';
import type { RecordsJob } from '@aion/jobs/sources';
import type { StatedBars } from '@aion/market';
import type { LoadedConfig } from '../load-config.ts';

export interface ImportJob {
  readonly path: string;
  readonly name: string;
  readonly replace: boolean;
  /** What its sender says of its bars. */
  readonly stated?: StatedBars;
}

/** Work on the lake that a server leaves to a process of its own: it reads files, which takes time and memory. */
export type LakeJob =
  | ({ readonly kind: 'import' } & ImportJob)
  | { readonly kind: 'review'; readonly request: RowReviewRequest & { readonly actor: Actor } }
  | { readonly kind: 'records'; readonly job: RecordsJob; readonly date: string }
  | { readonly kind: 'care' };

export interface LakeRequest {
  readonly loaded: LoadedConfig;
  readonly job: LakeJob;
}

export interface LakeProgress {
  readonly phase: 'reading' | 'storing';
  readonly done: number;
  readonly total: number;
}

/** What crosses from the child: JSON. */
export type LakeMessage =
  | { readonly kind: 'progress'; readonly progress: LakeProgress }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly failure: Failure };

interface Failure {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly retryable: boolean;
  readonly audience: Audience;
  readonly stack?: string;
}

export const toFailure = (error: unknown): Failure => ({
  code: isAppError(error) ? error.code : null,
  message: errorMessage(error),
  retryable: isAppError(error) && error.retryable,
  audience: isAppError(error) ? error.audience : 'operator',
  ...(error instanceof Error && error.stack !== undefined && { stack: error.stack }),
});

/** The error that the child threw, as the parent throws it. */
export function fromFailure({ code, message, retryable, audience, stack }: Failure): Error {
  const error = code === null ? new Error(message) : new AppError(code, message, { retryable, audience });
  if (stack !== undefined) error.stack = stack;
  return error;
}
