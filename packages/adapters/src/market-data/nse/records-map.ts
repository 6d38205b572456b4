import { fromEpochDay } from '@aion/core';
import type { Provenance } from '@aion/market/sources';
import { collectDrafts, type DraftCollector, numberOf, toSymbols } from '../drafts.ts';
import { nseDay, nseInstant, nseMidnight } from './nse-time.ts';
import type { Disclosures, OptionChain } from './records-schema.ts';

function sideOf(type: string, mode: string): 'buy' | 'sell' | 'other' {
  // Only trades in the market are an opinion on the price; gifts, pledges and allotments are none.
  if (!/^market/i.test(mode)) return 'other';
  return /^buy|acqui/i.test(type) ? 'buy' : /^sell|dispos/i.test(type) ? 'sell' : 'other';
}

export function mapDisclosures({ data }: Disclosures, provenance: Provenance): DraftCollector {
  const all = collectDrafts('nse', provenance);
  for (const row of data) {
    const symbols = toSymbols([row.symbol]);
    const shares = numberOf(row.secAcq);
    const value = numberOf(row.secVal);
    const day = nseDay(row.acqfromDt ?? '');
    const what = `${row.symbol} ${row.pid ?? ''}`.trim();
    if (symbols.length === 0 || shares === null || shares <= 0 || Number.isNaN(day)) {
      all.reject(what, `expected a symbol, a date and shares, found "${row.acqfromDt}", "${row.secAcq}"`);
      continue;
    }
    const eventMs = nseMidnight(day);
    all.add({
      kind: 'insider_trade',
      symbols,
      eventMs,
      knownMs: Math.max(eventMs, nseInstant(row.date ?? '')),
      filingId: row.pid ?? `${row.acqName} ${row.date}`,
      person: row.acqName ?? 'unknown',
      role: row.personCategory || null,
      side: sideOf(row.tdpTransactionType ?? '', row.acqMode ?? ''),
      shares,
      price: value === null ? null : Math.round((value / shares) * 100) / 100,
      currency: 'INR',
    });
  }
  return all;
}

export function mapOptionChain(symbol: string, { records }: OptionChain, provenance: Provenance): DraftCollector {
  const all = collectDrafts('nse', provenance);
  const quotes = records.data.flatMap((row) => {
    const day = nseDay(row.expiryDate);
    if (Number.isNaN(day) || !(row.strikePrice > 0)) {
      all.reject(`${symbol} ${row.expiryDate} ${row.strikePrice}`, 'expected an expiry and a strike');
      return [];
    }
    return (['CE', 'PE'] as const).flatMap((side) => {
      const quote = row[side];
      if (quote === undefined) return [];
      return [
        {
          expiry: fromEpochDay(day),
          strike: row.strikePrice,
          type: side === 'CE' ? ('call' as const) : ('put' as const),
          openInterest: quote.openInterest,
          volume: quote.totalTradedVolume,
          // Zero stands for none, both times.
          volatilityFrac: quote.impliedVolatility > 0 ? quote.impliedVolatility / 100 : null,
          last: quote.lastPrice > 0 ? quote.lastPrice : null,
        },
      ];
    });
  });
  const eventMs = nseInstant(records.timestamp);
  all.add({
    kind: 'option_chain',
    symbols: [symbol],
    eventMs,
    knownMs: Math.max(eventMs, provenance.fetchedMs),
    underlying: records.underlyingValue,
    quotes,
  });
  return all;
}
