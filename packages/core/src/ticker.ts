import { z } from 'zod';

const FORM = /^[A-Z0-9][A-Z0-9&_.-]{0,31}$/;

/** What a share goes by on its exchange, as every part of the product spells it: `RELIANCE`, `M&M`, `BAJAJ-AUTO`, `BRK.B`. */
export const Ticker = z.string().regex(FORM, 'expected a symbol in capital letters');
export type Ticker = z.infer<typeof Ticker>;

/**
 * Whether a text is a ticker. Files have one in every row, so unlike the schema it builds no issue for a text that is not one.
 *
 * @example isTicker('M&M') // true
 * @example isTicker('reliance') // false
 */
export const isTicker = (text: string): boolean => FORM.test(text);
