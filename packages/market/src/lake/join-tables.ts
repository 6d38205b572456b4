import { OHLCV_COLUMNS } from '../bar-columns.ts';
import { type BarProvenance, type BarTable, makeBarTable, symbolRuns } from '../bars.ts';
import { mergeTables } from '../table-merge.ts';
import { dayBounds } from './partition-split.ts';

/** Sorted tables as one; of the same bar that of the later table. Tables of days apart are put together run by run. */
export function joinTables(tables: readonly BarTable[]): BarTable {
  const [only] = tables;
  if (tables.length === 1) return only!;
  const inOrder = [...tables]
    .filter(({ sessionDay }) => sessionDay.length > 0)
    .map((table) => ({ table, bounds: dayBounds(table.sessionDay) }))
    .sort((a, b) => a.bounds[0] - b.bounds[0]);
  const apart = inOrder.every(({ bounds }, i) => i === 0 || inOrder[i - 1]!.bounds[1] < bounds[0]);
  if (inOrder.length < 2 || !apart) return mergeTables(tables, true).table;
  return appendByDay(inOrder.map(({ table }) => table));
}

interface Run {
  readonly part: number;
  readonly start: number;
  readonly end: number;
}

function appendByDay(tables: readonly BarTable[]): BarTable {
  const runs = new Map<string, Run[]>();
  tables.forEach((table, part) => {
    for (const { symbol, start, end } of symbolRuns(table)) {
      const known = runs.get(symbol);
      if (known === undefined) runs.set(symbol, [{ part, start, end }]);
      else known.push({ part, start, end });
    }
  });
  const symbols = [...runs.keys()].sort();
  const total = tables.reduce((sum, { symbolIndex }) => sum + symbolIndex.length, 0);
  const joined = makeBarTable(symbols, total, tables[0]!.openMinute !== null);
  const origins = makeOrigins(tables, total);
  let at = 0;
  symbols.forEach((symbol, index) => {
    for (const { part, start, end } of runs.get(symbol)!) {
      const table = tables[part]!;
      joined.symbolIndex.fill(index, at, at + end - start);
      copy(table.sessionDay, joined.sessionDay, start, end, at);
      if (table.openMinute !== null) copy(table.openMinute, joined.openMinute!, start, end, at);
      for (const name of OHLCV_COLUMNS) copy(table[name], joined[name], start, end, at);
      origins?.copy(part, start, end, at);
      at += end - start;
    }
  });
  return origins === undefined ? joined : { ...joined, provenance: origins.provenance };
}

function copy<T extends Int32Array | Float64Array>(from: T, into: T, start: number, end: number, at: number): void {
  if (end - start === 1) into[at] = from[start]!;
  else into.set(from.subarray(start, end), at);
}

/** The origins of all tables over one list of ids. */
function makeOrigins(tables: readonly BarTable[], total: number) {
  if (tables.every(({ provenance }) => provenance === undefined)) return undefined;
  const ids = [...new Set(tables.flatMap(({ provenance }) => provenance?.ids ?? ['']))];
  const places = tables.map(({ provenance }) => (provenance?.ids ?? ['']).map((id) => ids.indexOf(id)));
  const provenance: BarProvenance = { ids, index: new Int32Array(total) };
  return {
    provenance,
    copy(part: number, start: number, end: number, at: number): void {
      const own = tables[part]!.provenance?.index;
      for (let row = start; row < end; row++) provenance.index[at + row - start] = places[part]![own?.[row] ?? 0]!;
    },
  };
}
