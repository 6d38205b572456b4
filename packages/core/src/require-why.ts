import { AppError } from './errors.ts';
import { Why } from './why.ts';

/**
 * The reason of a decision that is kept, without the blanks around it. Throws AppError(bad_input) for one too short to be a reason, or too long
 * to be kept.
 *
 * @example requireWhy('  checked against the exchange ') // 'checked against the exchange'
 */
export function requireWhy(why: string): string {
  const read = Why.safeParse(why);
  if (read.success) return read.data;
  throw new AppError('bad_input', read.error.issues.map(({ message }) => message).join('; '));
}
