import type { ChartBar } from '@aion/contracts';

type BarTime = ChartBar['time'];

/** Seconds since the epoch, so that session dates and instants can be compared. */
export const toSeconds = (time: BarTime): number =>
  typeof time === 'number' ? time : Date.parse(`${time}T00:00:00Z`) / 1000;

/**
 * The index of the bar at a time, for drawing. A time between bars gives the bar before it; one before the first bar
 * gives 0, so that a mark that began out of sight is drawn from the edge.
 */
export function indexOfTime(bars: readonly ChartBar[], time: BarTime): number {
  const wanted = toSeconds(time);
  let low = 0;
  let high = bars.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const bar = bars[middle];
    if (bar !== undefined && toSeconds(bar.time) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
