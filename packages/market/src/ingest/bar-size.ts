import type { BarTable } from '../bars.ts';

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
