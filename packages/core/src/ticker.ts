import { z } from 'zod';

const FORM = /^[A-Z0-9][A-Z0-9&_.-]{0,31}$/;

/** What a share goes by on its exchange, as every part of the product spells it: `RELIANCE`, `M&M`, `BAJAJ-AUTO`, `BRK.B`. */
export const Ticker = z.string().regex(FORM, 'expected a symbol in capital letters');
export type Ticker = z.infer<typeof Ticker>;

/** Whether a text is a ticker, without making an issue of one that is not: files have one in each row. */
export const isTicker = (text: string): boolean => FORM.test(text);
