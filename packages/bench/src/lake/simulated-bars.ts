import { makeRng } from '@aion/core';
import { type BarTable, loadCalendar, makeBarTable } from '@aion/market';

/** Random walks in ticks of 0.05 for so many symbols and sessions up to the end of 2025: as hard to pack as real bars. */
export function simulateTable(symbols: number, sessions: number): BarTable {
  const calendar = loadCalendar('NSE');
  const last = calendar.sessionDays.findLastIndex((day) => day <= 20_453);
  const days = calendar.sessionDays.subarray(last + 1 - sessions, last + 1);
  const names = Array.from({ length: symbols }, (_, i) => `SYM${String(i).padStart(4, '0')}`);
  const table = makeBarTable(names, symbols * sessions, false);
  const rng = makeRng('bench-lake');
  const tick = (value: number): number => Math.round(value * 20) / 20;
  let row = 0;
  for (let symbol = 0; symbol < symbols; symbol++) {
    let price = 50 + 2000 * rng.next();
    for (const day of days) {
      const open = tick(price * (1 + 0.005 * (rng.next() - 0.5)));
      price *= 1 + 0.04 * (rng.next() - 0.498);
      const close = tick(price);
      table.symbolIndex[row] = symbol;
      table.sessionDay[row] = day;
      table.open[row] = open;
      table.close[row] = close;
      table.high[row] = tick(Math.max(open, close) * (1 + 0.01 * rng.next()));
      table.low[row] = tick(Math.min(open, close) * (1 - 0.01 * rng.next()));
      table.volumeShares[row] = Math.floor(1e6 * rng.next());
      row++;
    }
  }
  return table;
}
