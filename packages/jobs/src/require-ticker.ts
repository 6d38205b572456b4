import { AppError, isTicker } from '@aion/core';

/**
 * The symbol that a person names, in capital letters. Throws AppError(bad_input) for what no exchange would call a share.
 *
 * @example requireTicker('m&m') // 'M&M'
 */
export function requireTicker(text: string): string {
  const symbol = text.toUpperCase();
  if (isTicker(symbol)) return symbol;
  throw new AppError('bad_input', `expected a symbol such as RELIANCE, M&M or BAJAJ-AUTO, found "${text}"`);
}
