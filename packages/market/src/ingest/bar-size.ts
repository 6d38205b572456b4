import type { BarTable } from '../bars.ts';

/** The most frequent distance in minutes between neighbouring bars of one instrument and session; 0 when unknown. */
export function detectBarMinutes(table: BarTable): number {
  const { openMinute, symbolIndex, sessionDay } = table;
  if (openMinute === null) return 0;
  const counts = new Map<number, number>();
  for (let row = 1; row < openMinute.length; row++) {
    if (symbolIndex[row] !== symbolIndex[row - 1] || sessionDay[row] !== sessionDay[row - 1]) continue;
    const minutes = openMinute[row]! - openMinute[row - 1]!;
    if (minutes > 0) counts.set(minutes, (counts.get(minutes) ?? 0) + 1);
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return best?.[0] ?? 0;
}
