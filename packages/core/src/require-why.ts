import { AppError } from './errors.ts';

const LEAST_LETTERS = 3;
/** What is kept has no room for more, and whoever reads it back refuses it. */
const MOST_LETTERS = 500;

/**
 * The reason of a decision that is kept, without the blanks around it. Throws AppError(bad_input) for one too short to be a reason, or too long
 * to be kept.
 *
 * @example requireWhy('  checked against the exchange ') // 'checked against the exchange'
 */
export function requireWhy(why: string): string {
  const reason = why.trim();
  if (reason.length < LEAST_LETTERS) throw new AppError('bad_input', 'say why, in at least three letters: it is kept');
  if (reason.length > MOST_LETTERS)
    throw new AppError('bad_input', `say why in at most ${MOST_LETTERS} letters, these are ${reason.length}`);
  return reason;
}
