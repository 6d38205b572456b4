import type { BarProvenance, BarTable } from './bars.ts';
import { allRows, compareKeys, keyOrder, sameValues, symbolRanks, takeRows } from './table-order.ts';

/** A row that lost against another of the same key with other values; row numbers are those of the concatenation. */
export interface MergeConflict {
  readonly keptRow: number;
  readonly lostRow: number;
}

export interface MergedTable {
  readonly table: BarTable;
  /** For each row its number in the concatenation of the input tables. */
  readonly source: Int32Array;
  /** Rows (by concatenation number) that repeat another row with the same values. */
  readonly duplicates: Int32Array;
  /** For each of the duplicates the row that it repeats. */
  readonly duplicateOf: Int32Array;
  readonly conflicts: readonly MergeConflict[];
}

/** All rows of the tables one after another, over one dictionary. Nothing is sorted or dropped. */
export function concatTables(tables: readonly BarTable[]): BarTable {
  const [only] = tables;
  if (only !== undefined && tables.length === 1) return only;
  const place = new Map<string, number>();
  const total = tables.reduce((sum, table) => sum + table.symbolIndex.length, 0);
  const intraday = only !== undefined && only.openMinute !== null;
  const all = {
    symbolIndex: new Int32Array(total),
    sessionDay: new Int32Array(total),
    openMinute: intraday ? new Int32Array(total) : null,
    open: new Float64Array(total),
    high: new Float64Array(total),
    low: new Float64Array(total),
    close: new Float64Array(total),
    volumeShares: new Float64Array(total),
  };
  let at = 0;
  for (const table of tables) {
    const newIndex = Int32Array.from(table.symbols, (symbol) => {
      const known = place.get(symbol);
      if (known !== undefined) return known;
      place.set(symbol, place.size);
      return place.size - 1;
    });
    const rows = table.symbolIndex;
    for (let row = 0; row < rows.length; row++) all.symbolIndex[at + row] = newIndex[rows[row]!]!;
    all.sessionDay.set(table.sessionDay, at);
    if (all.openMinute !== null && table.openMinute !== null) all.openMinute.set(table.openMinute, at);
    all.open.set(table.open, at);
    all.high.set(table.high, at);
    all.low.set(table.low, at);
    all.close.set(table.close, at);
    all.volumeShares.set(table.volumeShares, at);
    at += rows.length;
  }
  const provenance = concatProvenance(tables, total);
  return { symbols: [...place.keys()], ...all, ...(provenance === undefined ? {} : { provenance }) };
}

function concatProvenance(tables: readonly BarTable[], total: number): BarProvenance | undefined {
  if (tables.every((table) => table.provenance === undefined)) return undefined;
  const place = new Map<string, number>();
  const placeOf = (id: string): number => {
    const known = place.get(id);
    if (known !== undefined) return known;
    place.set(id, place.size);
    return place.size - 1;
  };
  const index = new Int32Array(total);
  let at = 0;
  for (const { provenance, symbolIndex } of tables) {
    const { length } = symbolIndex;
    if (provenance === undefined) index.fill(placeOf(''), at, at + length);
    else {
      const places = Int32Array.from(provenance.ids, placeOf);
      for (let row = 0; row < length; row++) index[at + row] = places[provenance.index[row]!]!;
    }
    at += length;
  }
  return { ids: [...place.keys()], index };
}

/**
 * Merges tables into one sorted table with unique keys. Of rows with one key and other values the first wins,
 * or with `lastWins` the last; the loser is reported, never dropped in silence.
 */
export function mergeTables(tables: readonly BarTable[], lastWins: boolean): MergedTable {
  const all = concatTables(tables);
  const ranks = symbolRanks(all.symbols);
  const order = keyOrder(all, ranks) ?? allRows(all.symbolIndex.length);
  const kept = new Int32Array(order.length);
  const duplicates: number[] = [];
  const duplicateOf: number[] = [];
  const conflicts: MergeConflict[] = [];
  let count = 0;
  for (const row of order) {
    const before = count > 0 ? kept[count - 1]! : -1;
    if (before < 0 || compareKeys(all, ranks, before, row) !== 0) {
      kept[count++] = row;
    } else if (sameValues(all, before, all, row)) {
      // The last one's origin counts as its values would.
      if (lastWins) kept[count - 1] = row;
      duplicates.push(lastWins ? before : row);
      duplicateOf.push(lastWins ? row : before);
    } else if (lastWins) {
      kept[count - 1] = row;
      conflicts.push({ keptRow: row, lostRow: before });
    } else {
      conflicts.push({ keptRow: before, lostRow: row });
    }
  }
  const source = kept.subarray(0, count);
  return {
    table: takeRows(all, source),
    source,
    duplicates: Int32Array.from(duplicates),
    duplicateOf: Int32Array.from(duplicateOf),
    conflicts,
  };
}
