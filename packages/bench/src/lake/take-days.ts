import { type BarTable, makeBarTable, OHLCV_COLUMNS } from '@aion/market';

/** A table without its last days, and each of those days as a table of its own. */
export function takeDays(table: BarTable, count: number): readonly [BarTable, readonly BarTable[]] {
  const days = [...new Set(table.sessionDay)].sort((a, b) => a - b).slice(-count);
  const first = days[0]!;
  return [take(table, (day) => day < first), days.map((wanted) => take(table, (day) => day === wanted))];
}

function take(table: BarTable, isWanted: (day: number) => boolean): BarTable {
  const rows: number[] = [];
  table.sessionDay.forEach((day, row) => {
    if (isWanted(day)) rows.push(row);
  });
  const taken = makeBarTable(table.symbols, rows.length, false);
  rows.forEach((row, at) => {
    taken.symbolIndex[at] = table.symbolIndex[row]!;
    taken.sessionDay[at] = table.sessionDay[row]!;
    for (const column of OHLCV_COLUMNS) taken[column][at] = table[column][row]!;
  });
  return taken;
}
