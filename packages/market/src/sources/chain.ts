import { errorMessage, isAppError } from '@aion/core';

/** One source in the order in which they are tried. */
export interface Link<T> {
  readonly source: string;
  /** Set when the source cannot be asked at all. */
  readonly off?: string;
  ask(): Promise<T>;
}

export interface LinkFailure {
  readonly source: string;
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

export interface ChainResult<T> {
  /** In order of priority. */
  readonly answers: readonly { readonly source: string; readonly answer: T }[];
  readonly failures: readonly LinkFailure[];
  /** Sources that were not needed. */
  readonly notAsked: readonly string[];
}

export interface ChainOptions<T> {
  /** Answers that are wanted: 1 for a plain fallback, more for a comparison. */
  readonly wanted?: number;
  /** An answer that holds nothing counts as a failure of its source, so that the next one is tried. */
  readonly isEmpty?: (answer: T) => boolean;
}

/**
 * Asks sources in order of priority until enough have answered. Every failure is kept with its reason; an error that is no
 * AppError is a defect of ours and is thrown.
 */
export async function askChain<T>(links: readonly Link<T>[], options: ChainOptions<T> = {}): Promise<ChainResult<T>> {
  const { wanted = 1, isEmpty = () => false } = options;
  const answers: { source: string; answer: T }[] = [];
  const failures: LinkFailure[] = [];
  const notAsked: string[] = [];
  for (const link of links) {
    const { source } = link;
    if (link.off !== undefined) failures.push({ source, code: 'off', message: link.off, retryable: false });
    else if (answers.length >= wanted) notAsked.push(source);
    else {
      try {
        const answer = await link.ask();
        if (isEmpty(answer)) {
          failures.push({ source, code: 'empty', message: 'it has nothing in that range', retryable: false });
        } else answers.push({ source, answer });
      } catch (error) {
        if (!isAppError(error)) throw error;
        failures.push({ source, code: error.code, message: errorMessage(error), retryable: error.retryable });
      }
    }
  }
  return { answers, failures, notAsked };
}
