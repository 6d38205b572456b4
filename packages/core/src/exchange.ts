/** The exchanges that the product knows. */
export const EXCHANGES = ['NSE', 'US'] as const;

/** Whose market it is: its calendar, currency, ticks and rules. */
export type Exchange = (typeof EXCHANGES)[number];
