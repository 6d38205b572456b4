import { errorMessage, isAppError, publicMessage } from '@aion/core';

/**
 * An error as a state machine sees it: its name decides about the retry. `Aion.Retryable` is tried again, `Aion.<code>` is not.
 * The stack and the cause stay in the log.
 */
export function toMachineError(error: unknown): Error {
  const named = new Error(errorMessage(error));
  if (!isAppError(error)) named.name = 'Aion.internal';
  else named.name = error.retryable ? 'Aion.Retryable' : `Aion.${error.code}`;
  return named;
}

/**
 * An error as a calling function sees it: its name is its code, whether it may pass or not. What speaks to the operator stays in this
 * function's log and crosses as a failure without words.
 */
export function toCallError(error: unknown): Error {
  const named = new Error(publicMessage(error));
  named.name = isAppError(error) && error.audience === 'caller' ? `Aion.${error.code}` : 'Aion.internal';
  return named;
}
