import { makeRng } from '@aion/core';
import { simulateMarket } from '@aion/market';

const RUNS = 3;
const SYMBOLS = 2000;
const SESSIONS = 500;

/** Makes the simulated market of 2,000 instruments and 500 sessions, with hourly bars of the last 30. */
export async function run(): Promise<{ table: Record<string, unknown>[]; result: Record<string, number | string> }> {
  const table: Record<string, unknown>[] = [];
  for (let round = 1; round <= RUNS; round++) {
    const started = performance.now();
    const market = simulateMarket({ rng: makeRng('bench'), symbols: SYMBOLS, sessions: SESSIONS, asOf: '2026-02-27' });
    table.push({
      round,
      seconds: (performance.now() - started) / 1000,
      dailyBars: market.daily.close.length,
      hourlyBars: market.hourly.close.length,
      actions: market.actions.length,
    });
  }
  const seconds = table.map((row) => row['seconds'] as number).sort((a, b) => a - b);
  return {
    table,
    result: {
      symbols: SYMBOLS,
      sessions: SESSIONS,
      seconds: seconds[RUNS >> 1]!,
      dailyBars: table[0]!['dailyBars'] as number,
    },
  };
}
