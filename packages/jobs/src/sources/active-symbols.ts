import type { Exchange, ItemTable, SessionDate } from '@aion/core';
import { loadActiveSignals } from '@aion/signals';

/** Vendors are asked symbol by symbol: the strongest signals come first, and the rest of a large list does without. */
const MOST_SYMBOLS = 100;

/** The symbols of the signals that are valid on a date, the strongest first. */
export async function activeSymbols(items: ItemTable, exchange: Exchange, date: SessionDate): Promise<string[]> {
  const active = await loadActiveSignals(items, exchange, date);
  const byStrength = active.toSorted((a, b) => b.signal.confidence - a.signal.confidence);
  return [...new Set(byStrength.map(({ signal }) => signal.symbol))].slice(0, MOST_SYMBOLS);
}
