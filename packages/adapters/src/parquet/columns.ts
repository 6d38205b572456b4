/** Names of the columns of a file of bars, but for the prices: those are named as in a table (`PRICE_COLUMNS`). */
export const SYMBOL = 'symbol';
export const DAY = 'session_day';
export const MINUTE = 'open_minute';
export const VOLUME = 'volume_shares';
export const SOURCE = 'source';
/** What a footer says of its writer: such files have the pages that the decoder reads without detours. */
export const WRITTEN_BY_US = 'aion';
