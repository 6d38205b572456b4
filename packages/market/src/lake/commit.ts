import { type Item, type Write, fromEpochDay, isAppError } from '@aion/core';
import type { BarTable, SeriesName } from '../bars.ts';
import { epochDayOf } from '../parse/dates.ts';
import { mergeTables } from '../table-merge.ts';
import { takeRows } from '../table-order.ts';
import { freshnessItem } from './freshness.ts';
import {
  type LakeManifest,
  type LakeObject,
  type LakePorts,
  makeManifest,
  manifestKey,
  readManifest,
} from './manifest.ts';

export interface CommitOptions {
  /** A bar whose values differ from the stored ones replaces them; otherwise the stored bar stays. */
  readonly replace?: boolean;
}

export interface CommitResult {
  readonly manifest: LakeManifest;
  /** Rows of the incoming table that the lake did not hold before, or that replaced others. */
  readonly storedRows: Int32Array;
  /** Rows that were stored already with the same values. */
  readonly duplicateRows: Int32Array;
  /** Rows whose key is stored with other values, and the bar that stays. Empty with `replace`. */
  readonly conflicts: readonly CommitConflict[];
}

export interface CommitConflict {
  readonly row: number;
  readonly storedClose: number;
}

const MAX_ATTEMPTS = 5;

/**
 * Adds bars to a series: one new object per year that changes, then the manifest by conditional put, so that a
 * reader sees all of it or nothing. Doing it again changes nothing. `table` is sorted with unique keys.
 */
export async function commitBars(
  ports: LakePorts,
  market: string,
  series: SeriesName,
  table: BarTable,
  options: CommitOptions = {},
): Promise<CommitResult> {
  for (let attempt = 1; ; attempt++) {
    const before = await readManifest(ports, market, series);
    const outcome = await mergeIntoLake(ports, before, table, options);
    if (outcome.objects.length === 0) return { ...outcome, manifest: before };
    const changed = new Set(outcome.objects.map(({ year }) => year));
    const objects = [...before.objects.filter(({ year }) => !changed.has(year)), ...outcome.objects];
    const symbols = new Set([...before.symbols, ...table.symbols]);
    const manifest = makeManifest(market, series, objects, [...symbols], before.version);
    const { version: _version, ...body } = manifest;
    const item: Item = { ...manifestKey(market, series), v: 1, body };
    try {
      const when =
        before.version === 0 ? ({ kind: 'absent' } as const) : ({ kind: 'rev', rev: before.version } as const);
      const writes: Write[] = [{ kind: 'put', item, when }];
      // What pages show of the lake can never be of another one.
      if (series === 'daily') writes.push({ kind: 'put', item: freshnessItem(manifest) });
      await ports.items.transact(writes);
      return { ...outcome, manifest: { ...manifest, version: before.version + 1 } };
    } catch (error) {
      // Another import committed in between: merge again with what it stored.
      if (!isAppError(error, 'conflict') || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

interface LakeMerge extends Omit<CommitResult, 'manifest'> {
  readonly objects: readonly LakeObject[];
}

async function mergeIntoLake(
  ports: LakePorts,
  before: LakeManifest,
  table: BarTable,
  { replace = false }: CommitOptions,
): Promise<LakeMerge> {
  const storedRows: Int32Array[] = [];
  const duplicateRows: Int32Array[] = [];
  const conflicts: CommitConflict[] = [];
  const written: Promise<LakeObject>[] = [];
  for (const { year, rows } of splitByYear(table)) {
    const incoming = takeRows(table, rows);
    const old = before.objects.find((object) => object.year === year);
    if (old === undefined) {
      storedRows.push(rows);
      written.push(writeYear(ports, before, year, incoming));
      continue;
    }
    const stored = await ports.codec.decode(await ports.objects.get(old.key));
    const offset = stored.symbolIndex.length;
    const merged = mergeTables([stored, incoming], replace);
    const fresh = merged.source.filter((source) => source >= offset);
    storedRows.push(fresh.map((source) => rows[source - offset]!));
    duplicateRows.push(merged.duplicates.map((source) => rows[source - offset]!));
    if (!replace) {
      for (const { keptRow, lostRow } of merged.conflicts) {
        conflicts.push({ row: rows[lostRow - offset]!, storedClose: stored.close[keptRow]! });
      }
    }
    if (fresh.length > 0) written.push(writeYear(ports, before, year, merged.table));
  }
  return {
    storedRows: joinRows(storedRows),
    duplicateRows: joinRows(duplicateRows),
    conflicts,
    objects: await Promise.all(written),
  };
}

function joinRows(parts: readonly Int32Array[]): Int32Array {
  const joined = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

async function writeYear(
  { codec, objects }: LakePorts,
  { market, series }: LakeManifest,
  year: number,
  table: BarTable,
): Promise<LakeObject> {
  const ref = await objects.put(`lake/${market}/${series}/${year}`, await codec.encode(table), codec.ending);
  const [low, high] = dayBounds(table.sessionDay);
  const barsOfDay = new Int32Array(high - low + 1);
  for (let row = 0; row < table.sessionDay.length; row++) barsOfDay[table.sessionDay[row]! - low]!++;
  const sessionDays = [...barsOfDay.keys()].filter((day) => barsOfDay[day]! > 0).map((day) => day + low);
  return {
    year,
    ...ref,
    rows: table.symbolIndex.length,
    symbolCount: table.symbols.length,
    firstDay: low,
    lastDay: high,
    sessionDays,
    sessionBars: sessionDays.map((day) => barsOfDay[day - low]!),
  };
}

/** Row numbers of each calendar year, in the table's order. */
function splitByYear(table: BarTable): { year: number; rows: Int32Array }[] {
  const days = table.sessionDay;
  if (days.length === 0) return [];
  const [low, high] = dayBounds(days);
  const firstYear = yearOf(low);
  const lastYear = yearOf(high);
  const yearOfDay = new Uint8Array(high - low + 1);
  for (let year = firstYear; year <= lastYear; year++) {
    const start = Math.max(epochDayOf(year, 1, 1) - low, 0);
    yearOfDay.fill(year - firstYear, start);
  }
  const counts = new Int32Array(lastYear - firstYear + 1);
  for (let row = 0; row < days.length; row++) counts[yearOfDay[days[row]! - low]!]!++;
  const rows = Array.from(counts, (count) => new Int32Array(count));
  const filled = new Int32Array(counts.length);
  for (let row = 0; row < days.length; row++) {
    const slot = yearOfDay[days[row]! - low]!;
    rows[slot]![filled[slot]!++] = row;
  }
  return rows.map((list, slot) => ({ year: firstYear + slot, rows: list })).filter(({ rows: list }) => list.length > 0);
}

const yearOf = (day: number): number => Number(fromEpochDay(day).slice(0, 4));

function dayBounds(days: Int32Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let row = 0; row < days.length; row++) {
    const day = days[row]!;
    if (day < low) low = day;
    if (day > high) high = day;
  }
  return [low, high];
}
