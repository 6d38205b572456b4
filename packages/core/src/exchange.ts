/** The exchanges that the product knows. */
export const EXCHANGES = ['NSE', 'US'] as const;

/** Whose market it is: its calendar, currency, ticks and rules. */
export type Exchange = (typeof EXCHANGES)[number];

const CURRENCIES_OF = { NSE: 'INR', US: 'USD' } as const satisfies Readonly<Record<Exchange, string>>;

/**
 * The currency in which an exchange trades.
 *
 * @example currencyOf('NSE') // 'INR'
 */
export const currencyOf = (exchange: Exchange): (typeof CURRENCIES_OF)[Exchange] => CURRENCIES_OF[exchange];
