/** The prices of a bar, in the order in which every file and table has them. */
export const PRICE_COLUMNS = ['open', 'high', 'low', 'close'] as const;

/** What a bar says: its prices and what was traded. */
export const OHLCV_COLUMNS = [...PRICE_COLUMNS, 'volumeShares'] as const;
export type OhlcvColumn = (typeof OHLCV_COLUMNS)[number];
