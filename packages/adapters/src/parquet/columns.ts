/** Names of the columns of a file of bars. */
export const SYMBOL = 'symbol';
export const DAY = 'session_day';
export const MINUTE = 'open_minute';
export const PRICES = ['open', 'high', 'low', 'close'] as const;
export const VOLUME = 'volume_shares';
export const SOURCE = 'source';
/** What a footer says of its writer: such files have the pages that the decoder reads without detours. */
export const WRITTEN_BY_US = 'aion';
