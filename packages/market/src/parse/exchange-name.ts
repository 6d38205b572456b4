import type { Exchange } from '@aion/core';
/** Names by which files call an exchange, or one of the venues of its market. */
const NAMES: Readonly<Record<string, RegExp>> = {
  NSE: /^(NSE|XNSE|NSE_EQ|NS)$/i,
  US: /^(US|NASDAQ|NYSE|AMEX|ARCA|NYSEARCA|BATS|XNAS|XNYS|XASE|ARCX|NMS|NYQ|NGM|NCM|PCX|ASE)$/i,
};

/** Whether a row's own word says that it is of the exchange; an empty one says nothing against it. */
export const isExchangeOf = (exchange: Exchange, text: string): boolean =>
  text === '' || NAMES[exchange]?.test(text) !== false;
