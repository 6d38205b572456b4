import type { QualityReport } from '@aion/contracts';

export type SymbolScore = QualityReport['symbols'][number];
export const SHOWN = ['held', 'found', 'all'] as const;
export type Shown = (typeof SHOWN)[number];

/** The symbols that fit the search, held back first, then the worst score, then by name. */
export function selectSymbols(symbols: readonly SymbolScore[], search: string, shown: Shown): SymbolScore[] {
  const wanted = search.trim().toUpperCase();
  return symbols
    .filter(
      (each) =>
        each.symbol.includes(wanted) && (shown === 'all' || (shown === 'held' ? each.heldBack : each.issues > 0)),
    )
    .sort(
      (a, b) =>
        Number(b.heldBack) - Number(a.heldBack) ||
        a.score - b.score ||
        (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0),
    );
}
