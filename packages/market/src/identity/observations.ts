import type { SymbolObservation } from '../parse/symbol-observer.ts';

/** Adds what another file says: the earliest row of each symbol stays, ISINs are collected. */
export function addObservations(all: Map<string, SymbolObservation>, seen: readonly SymbolObservation[]): void {
  for (const fresh of seen) {
    const old = all.get(fresh.symbol);
    all.set(fresh.symbol, old === undefined ? fresh : merge(old, fresh));
  }
}

function merge(old: SymbolObservation, fresh: SymbolObservation): SymbolObservation {
  const first = fresh.firstDay < old.firstDay ? fresh : old;
  const isSameDay = fresh.firstDay === old.firstDay;
  const isins = new Map(old.isins);
  for (const [isin, day] of fresh.isins) isins.set(isin, Math.min(day, isins.get(isin) ?? Infinity));
  return {
    symbol: old.symbol,
    firstDay: first.firstDay,
    prevClose: isSameDay ? (old.prevClose ?? fresh.prevClose) : first.prevClose,
    isins: [...isins].sort((a, b) => a[1] - b[1]),
  };
}
