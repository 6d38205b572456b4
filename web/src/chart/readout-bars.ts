import type { ChartBar } from '@aion/contracts';

/**
 * The bar to read out, and the one before it: a change is from the close before, as on every other page. A bar of another time frame
 * is none of these; then it is the last.
 */
export function readoutBars(
  bars: readonly ChartBar[],
  hovered: ChartBar | null,
): { readonly bar: ChartBar | null; readonly before: ChartBar | null } {
  const found = hovered === null ? -1 : bars.findIndex(({ time }) => time === hovered.time);
  const at = found < 0 ? bars.length - 1 : found;
  return { bar: bars[at] ?? null, before: bars[at - 1] ?? null };
}

/** From the close before; null for the first bar, before which there is none. */
export const changeOf = (bar: ChartBar, before: ChartBar | null): number | null =>
  before === null ? null : bar.close / before.close - 1;
