import { fromEpochDay } from '@aion/core';
import type { BarTable, SeriesName } from '../bars.ts';
import { partitionEnd, partitionOf } from './series.ts';

/** Row numbers of each partition, in the table's order; partitions ascend. */
export function splitByPartition(series: SeriesName, table: BarTable): { partition: string; rows: Int32Array }[] {
  const days = table.sessionDay;
  if (days.length === 0) return [];
  const [low, high] = dayBounds(days);
  const names: string[] = [];
  const slotOfDay = new Int32Array(high - low + 1);
  for (let day = low; day <= high;) {
    const name = partitionOf(series, day);
    const end = Math.min(partitionEnd(name), high + 1);
    slotOfDay.fill(names.length, day - low, end - low);
    names.push(name);
    day = end;
  }
  return splitRows(days, (day) => slotOfDay[day - low]!, names);
}

/** Row numbers of each day, in the table's order. */
export function splitByDay(table: BarTable): { day: number; rows: Int32Array }[] {
  const days = [...new Set(table.sessionDay)].sort((a, b) => a - b);
  const slots = new Map(days.map((day, slot) => [day, slot]));
  return splitRows(
    table.sessionDay,
    (day) => slots.get(day)!,
    days.map((day) => fromEpochDay(day)),
  ).map(({ rows }) => ({ day: table.sessionDay[rows[0]!]!, rows }));
}

function splitRows(
  days: Int32Array,
  slotOf: (day: number) => number,
  names: readonly string[],
): { partition: string; rows: Int32Array }[] {
  const counts = new Int32Array(names.length);
  for (let row = 0; row < days.length; row++) counts[slotOf(days[row]!)]!++;
  const rows = Array.from(counts, (count) => new Int32Array(count));
  const filled = new Int32Array(counts.length);
  for (let row = 0; row < days.length; row++) {
    const slot = slotOf(days[row]!);
    rows[slot]![filled[slot]!++] = row;
  }
  return rows
    .map((list, slot) => ({ partition: names[slot]!, rows: list }))
    .filter(({ rows: list }) => list.length > 0);
}

export function dayBounds(days: Int32Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let row = 0; row < days.length; row++) {
    const day = days[row]!;
    if (day < low) low = day;
    if (day > high) high = day;
  }
  return [low, high];
}
