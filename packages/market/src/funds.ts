import type { Exchange } from '@aion/core';
import type { IdentityMaster } from './identity/identity-store.ts';
import type { Instrument } from './instrument.ts';
import knownFunds from './known-funds.json' with { type: 'json' };

/** NSDL gives units of funds ISINs that begin with INF; those of every other Indian security do not. */
const FUND_ISIN = /^INF/;
const INDIAN_ISIN = /^IN/;
/** Series of NSE in which fund units alone are traded. */
const FUND_SERIES = /^M[EF]$/;
const FUND_NAME =
  /\b(?:ETFs?|BeES|exchange[- ]traded (?:fund|scheme)|(?:mutual|liquid|gilt|index) fund|fund of funds)\b/i;
/** What a vendor's column of types says of units of funds; that a type is EQ or EQUITY says nothing, since many give it to both. */
const FUND_TYPE = /\b(?:ETF|mutual ?fund|fund|MF|fund unit)s?\b/i;

/** How fund houses name the units that they list, and what cannot be told by a pattern: `JETFREIGHT`, `PNBGILTS` and `GOLDTECH` are shares. */
const FUND_SYMBOLS: Readonly<Record<string, readonly RegExp[]>> = {
  NSE: [
    /BEES$/,
    /ETF(?:ADD|G|\d{4})?$/,
    /^(?:SETF|LICNETF|SBIETF)/,
    /^LIQUID|^[A-Z]{1,4}LIQUID$/,
    /^GILT\d|GILT(?:BEES|CASE|BETA)$/,
    /^[A-Z]{0,7}GSEC(?:\d|$)/,
    /NIFTY|SENSEX/,
    /IWIN$/,
    /(?:GOLD|SILVER|BANK|IT|NIFTY|MIDCAP|SMALL|HEALTH|FLEXI|MSCI|\d)(?:ADD|CASE|BETA)$/,
  ],
};
const KNOWN: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries(knownFunds).map(([market, symbols]) => [market, new Set(symbols)]),
);

/** Whether a column of types names a fund. */
export const isFundType = (type: string): boolean => FUND_TYPE.test(type);

/**
 * Whether an instrument is a unit of a fund: an ETF, or a liquid or gilt fund. What is known for sure comes first: a type or an ISIN of the
 * instrument list or of the exchange's files; without them its series, its name, and then its symbol speak.
 *
 * @example isFund('NSE', 'LIQUIDBEES', undefined) // true
 */
export function isFund(market: Exchange, symbol: string, instrument: Partial<Instrument> | undefined): boolean {
  if (instrument?.fund === true) return true;
  const isin = instrument?.isin;
  if (isin !== undefined && INDIAN_ISIN.test(isin)) return FUND_ISIN.test(isin);
  if (FUND_SERIES.test(instrument?.series ?? '') || FUND_NAME.test(instrument?.name ?? '')) return true;
  return (
    KNOWN[market]?.has(symbol) === true || (FUND_SYMBOLS[market]?.some((pattern) => pattern.test(symbol)) ?? false)
  );
}

/** The instruments with the ISINs that the exchange's own files gave to symbols of which no list has one. */
export function withObservedIsins(
  instruments: ReadonlyMap<string, Instrument>,
  { symbols }: Pick<IdentityMaster, 'symbols'>,
): ReadonlyMap<string, Instrument> {
  const joined = new Map(instruments);
  for (const [symbol, { isins }] of Object.entries(symbols)) {
    const known = instruments.get(symbol);
    const newest = isins.at(-1)?.[0];
    if (newest === undefined || known?.isin !== undefined) continue;
    joined.set(symbol, { ...(known ?? { symbol, series: 'EQ' }), isin: newest });
  }
  return joined;
}
