import type { BarProvenance, BarTable } from './bars.ts';

/** Rank of each dictionary entry in alphabetical (code unit) order. */
export function symbolRanks(symbols: readonly string[]): Int32Array {
  const order = symbols.map((_, index) => index).sort((a, b) => (symbols[a]! < symbols[b]! ? -1 : 1));
  const ranks = new Int32Array(symbols.length);
  order.forEach((index, rank) => (ranks[index] = rank));
  return ranks;
}

/** Sign of row a's key (symbol, session day, open minute) against row b's. */
export function compareKeys(table: BarTable, ranks: Int32Array, a: number, b: number): number {
  const symbols = ranks[table.symbolIndex[a]!]! - ranks[table.symbolIndex[b]!]!;
  if (symbols !== 0) return symbols;
  const days = table.sessionDay[a]! - table.sessionDay[b]!;
  if (days !== 0 || table.openMinute === null) return days;
  return table.openMinute[a]! - table.openMinute[b]!;
}

/** Row numbers in key order, equal keys in their old order; null when the table is in strict order already. */
export function keyOrder(table: BarTable, ranks: Int32Array): Int32Array | null {
  const { length } = table.symbolIndex;
  let sorted = true;
  for (let row = 1; row < length && sorted; row++) sorted = compareKeys(table, ranks, row - 1, row) < 0;
  if (sorted) return null;
  let order = allRows(length);
  if (table.openMinute !== null) order = countingSort(order, table.openMinute);
  order = countingSort(order, table.sessionDay);
  return countingSort(
    order,
    table.symbolIndex.map((index) => ranks[index]!),
  );
}

/** A stable counting sort of row numbers by a small-range key. */
function countingSort(order: Int32Array, key: Int32Array): Int32Array<ArrayBuffer> {
  let low = Infinity;
  let high = -Infinity;
  for (const value of key) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const starts = new Int32Array(high - low + 2);
  for (const value of key) starts[value - low + 1]!++;
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
  const sorted = new Int32Array(order.length);
  for (const row of order) sorted[starts[key[row]! - low]!++] = row;
  return sorted;
}

/** The numbers 0 to length − 1. */
export function allRows(length: number): Int32Array<ArrayBuffer> {
  const rows = new Int32Array(length);
  for (let row = 0; row < length; row++) rows[row] = row;
  return rows;
}

function isWhole(table: BarTable, order: Int32Array): boolean {
  if (order.length !== table.symbolIndex.length) return false;
  for (let i = 0; i < order.length; i++) if (order[i] !== i) return false;
  const { symbols } = table;
  return symbols.every((symbol, index) => index === 0 || symbols[index - 1]! < symbol);
}

/**
 * The rows of the given numbers, in that order, over a dictionary that holds their symbols only, sorted. Taking all
 * rows of a table in order gives the table itself.
 */
export function takeRows(table: BarTable, order: Int32Array): BarTable {
  const used = new Uint8Array(table.symbols.length);
  for (let i = 0; i < order.length; i++) used[table.symbolIndex[order[i]!]!] = 1;
  if (!used.includes(0) && isWhole(table, order)) return table;
  const symbols = table.symbols.filter((_, index) => used[index] === 1).sort((a, b) => (a < b ? -1 : 1));
  const place = new Map(symbols.map((symbol, index) => [symbol, index]));
  const newIndex = Int32Array.from(table.symbols, (symbol) => place.get(symbol) ?? -1);
  const { length } = order;
  const taken = {
    symbols,
    symbolIndex: new Int32Array(length),
    sessionDay: new Int32Array(length),
    openMinute: table.openMinute === null ? null : new Int32Array(length),
    open: new Float64Array(length),
    high: new Float64Array(length),
    low: new Float64Array(length),
    close: new Float64Array(length),
    volumeShares: new Float64Array(length),
  };
  for (let i = 0; i < length; i++) {
    const row = order[i]!;
    taken.symbolIndex[i] = newIndex[table.symbolIndex[row]!]!;
    taken.sessionDay[i] = table.sessionDay[row]!;
    taken.open[i] = table.open[row]!;
    taken.high[i] = table.high[row]!;
    taken.low[i] = table.low[row]!;
    taken.close[i] = table.close[row]!;
    taken.volumeShares[i] = table.volumeShares[row]!;
  }
  if (taken.openMinute !== null && table.openMinute !== null) {
    for (let i = 0; i < length; i++) taken.openMinute[i] = table.openMinute[order[i]!]!;
  }
  return table.provenance === undefined ? taken : { ...taken, provenance: takeProvenance(table.provenance, order) };
}

function takeProvenance({ ids, index }: BarProvenance, order: Int32Array): BarProvenance {
  const places = new Map<number, number>();
  const taken = new Int32Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const id = index[order[i]!]!;
    let place = places.get(id);
    if (place === undefined) places.set(id, (place = places.size));
    taken[i] = place;
  }
  return { ids: [...places.keys()].map((id) => ids[id]!), index: taken };
}

/** Whether two rows hold the same prices and volume. */
export function sameValues(a: BarTable, rowA: number, b: BarTable, rowB: number): boolean {
  return (
    a.open[rowA] === b.open[rowB] &&
    a.high[rowA] === b.high[rowB] &&
    a.low[rowA] === b.low[rowB] &&
    a.close[rowA] === b.close[rowB] &&
    a.volumeShares[rowA] === b.volumeShares[rowB]
  );
}
