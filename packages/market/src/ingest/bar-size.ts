import type { BarTable } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import type { FileDefect } from '../defects.ts';
import { makeSessionMinutes } from '../session-minutes.ts';
import { takeRows } from '../table-order.ts';

/** Sizes of the intraday bars that are stored, in minutes. */
export const BAR_MINUTES = [1, 5, 60] as const;
export type BarMinutes = (typeof BAR_MINUTES)[number];
const isStored = (minutes: number): minutes is BarMinutes => BAR_MINUTES.some((size) => size === minutes);

/**
 * The size of a file's bars: as stated, or else as its bars tell. A single session of an hour tells nothing: its hourly bars are one or two a
 * share. What is stated must not be longer than the bars of whole sessions lie apart.
 */
export function sizeOf(
  table: BarTable,
  stated: BarMinutes | undefined,
  calendar: ExchangeCalendar,
): BarMinutes | FileDefect {
  const found = detectBarMinutes(table);
  const state = `state it where you upload it, or on the command line: aion import --bar-minutes 60 FILE (${BAR_MINUTES.join(', ')})`;
  if (stated === undefined) {
    if (isStored(found)) return found;
    const message =
      found === 0
        ? `the size of its bars cannot be told: no instrument has two bars in one session; ${state}`
        : `its bars lie ${found} minutes apart; of intraday bars those of 1, 5 and 60 minutes are imported; if they are of one of these, ${state}`;
    return { code: 'bar_size', message };
  }
  const hoursOf = makeSessionMinutes(calendar);
  const regular: number[] = [];
  table.sessionDay.forEach((day, row) => {
    if (hoursOf(day)?.kind === 'regular') regular.push(row);
  });
  const apart = detectBarMinutes(takeRows(table, Int32Array.from(regular)));
  if (apart === 0 || apart >= stated) return stated;
  return {
    code: 'bar_size',
    message: `its bars lie ${apart} minutes apart, so they are none of ${stated} minutes; state another size, or none`,
  };
}

/** Sizes that sources have, longest first. */
const SIZES = [60, 30, 15, 10, 5, 3, 2, 1] as const;
/** Of bars of a size so many open at one place of its grid; of a session in short hours some do not. */
const ON_GRID = 0.9;
/** For hours less will do: a file of two days may hold a Muhurat session. */
const HOURS_ON_GRID = 0.7;

/**
 * The size of a file's bars in minutes; 0 when unknown. It is the most frequent distance between neighbouring bars of one instrument and
 * session, in whatever order its rows stand, if the bars lie on a grid of that size; of shares that trade rarely that distance is a multiple of the
 * size, and the largest grid that holds them counts.
 */
export function detectBarMinutes(table: BarTable): number {
  const { openMinute } = table;
  if (openMinute === null) return 0;
  const frequent = mostFrequentGap(table, openMinute);
  if (frequent === 0) return 0;
  const shareOn = (size: number): number => {
    const counts = new Uint32Array(size);
    for (const minute of openMinute) counts[minute % size]!++;
    return Math.max(...counts) / openMinute.length;
  };
  if (shareOn(frequent) >= (frequent === 60 ? HOURS_ON_GRID : ON_GRID)) return frequent;
  return SIZES.find((size) => size < frequent && shareOn(size) >= ON_GRID) ?? frequent;
}

function mostFrequentGap({ symbolIndex, sessionDay }: BarTable, openMinute: Int32Array): number {
  const counts = new Map<number, number>();
  const count = (before: number, row: number): boolean => {
    if (symbolIndex[row] !== symbolIndex[before] || sessionDay[row] !== sessionDay[before]) return true;
    const minutes = openMinute[row]! - openMinute[before]!;
    if (minutes > 0) counts.set(minutes, (counts.get(minutes) ?? 0) + 1);
    return minutes >= 0;
  };
  const rows = Int32Array.from(openMinute, (_, row) => row);
  // Rows that go on with another instrument or another day at each step are not in order, whatever the minutes do.
  let inOrder = true;
  for (let row = 1; row < rows.length; row++) inOrder = count(row - 1, row) && inOrder;
  const isInterleaved = counts.size === 0;
  if (!inOrder || isInterleaved) {
    counts.clear();
    rows.sort(
      (a, b) => symbolIndex[a]! - symbolIndex[b]! || sessionDay[a]! - sessionDay[b]! || openMinute[a]! - openMinute[b]!,
    );
    for (let at = 1; at < rows.length; at++) count(rows[at - 1]!, rows[at]!);
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return best?.[0] ?? 0;
}
