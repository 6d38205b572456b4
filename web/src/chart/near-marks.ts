import type { ChartBar, ChartMark } from '@aion/contracts';
import { toSeconds } from './time-index.ts';

const ZONES_PER_CONCEPT = 3;
const BREAKS = 5;
const SWEEPS = 5;
const LEVELS_PER_SIDE = 3;

/**
 * The marks that matter for a decision now: of each concept the live zones nearest to the last close, of each side the
 * nearest levels, the newest breaks and sweeps, the range, all pivots. A year of every mark would hide the bars.
 */
export function nearMarks(marks: readonly ChartMark[], bars: readonly ChartBar[]): ChartMark[] {
  const last = bars.at(-1)?.close;
  if (last === undefined) return [];
  const zones = marks.filter((mark) => mark.kind === 'zone').filter((zone) => zone.to === null);
  const distance = (zone: { low: number; high: number }): number => Math.max(zone.low - last, last - zone.high, 0);
  const nearest = (['order_block', 'fair_value_gap'] as const).flatMap((concept) =>
    zones
      .filter((zone) => zone.concept === concept)
      .sort((a, b) => distance(a) - distance(b))
      .slice(0, ZONES_PER_CONCEPT),
  );
  const levels = (['high', 'low'] as const).flatMap((side) =>
    marks
      .filter((mark) => mark.kind === 'level')
      .filter((level) => level.side === side)
      .sort((a, b) => Math.abs(a.price - last) - Math.abs(b.price - last))
      .slice(0, LEVELS_PER_SIDE),
  );
  const newest = <M extends ChartMark>(some: M[], limit: number): M[] =>
    some.sort((a, b) => toSeconds(b.knownAt) - toSeconds(a.knownAt)).slice(0, limit);
  return [
    // The range lies under everything else.
    ...marks.filter((mark) => mark.kind === 'range'),
    ...nearest,
    ...levels,
    ...newest(
      marks.filter((mark) => mark.kind === 'break'),
      BREAKS,
    ),
    ...newest(
      marks.filter((mark) => mark.kind === 'sweep'),
      SWEEPS,
    ),
    ...marks.filter((mark) => mark.kind === 'pivot'),
  ];
}
