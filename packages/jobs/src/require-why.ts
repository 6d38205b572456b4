import { AppError } from '@aion/core';

const LEAST_LETTERS = 3;

/** The reason of a decision that is kept, without the blanks around it. Throws AppError(bad_input) for one too short to be a reason. */
export function requireWhy(why: string): string {
  const reason = why.trim();
  if (reason.length < LEAST_LETTERS) throw new AppError('bad_input', 'say why, in at least three letters: it is kept');
  return reason;
}
