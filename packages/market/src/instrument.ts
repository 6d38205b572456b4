import { Ticker } from '@aion/core';
import { z } from 'zod';

export const Instrument = z.strictObject({
  symbol: Ticker,
  series: z.string(),
  isin: z.string().optional(),
  name: z.string().optional(),
  sector: z.string().optional(),
  /** A list says that it is a unit of a fund. */
  fund: z.literal(true).optional(),
});

/** A listed instrument. What a list does not say is absent, not empty. */
export type Instrument = z.infer<typeof Instrument>;
