import { AppError, lowerBound } from '@aion/core';
import type { OhlcvColumn } from '../bar-columns.ts';
import { type BarTable, type DailyBars, type IntradayBars, openTimeMsOf, symbolRuns } from '../bars.ts';
import { loadCalendar } from '../calendar.ts';
import { mergeTables } from '../table-merge.ts';
import { takeRows } from '../table-order.ts';
import { joinTables } from './join-tables.ts';
import type { LakeManifest, LakeObject } from './manifest.ts';
import { mapFew, objectsBetween, type ReadPorts, readObject, refuseArchived } from './objects.ts';
import { seriesPlace } from './series.ts';

export interface ReadOptions {
  readonly symbols?: readonly string[];
  /** Inclusive bounds as epoch days. */
  readonly fromDay?: number;
  readonly toDay?: number;
  /**
   * What to do when bars of the range are archived: refuse by name (the default), or read them where they lie. A run reads
   * them: its result must not depend on where a bar is kept.
   */
  readonly archived?: 'refuse' | 'read';
}

/**
 * Raw daily bars by symbol, each ascending by session day; a symbol without bars in the range is absent.
 *
 * @example
 * const daily = await readDaily(ports, await readManifest(ports, 'NSE'), { toDay: toEpochDay('2026-02-27') });
 * daily.get('INFY')?.close.at(-1)
 */
export async function readDaily(
  ports: ReadPorts,
  manifest: LakeManifest,
  options: ReadOptions = {},
): Promise<Map<string, DailyBars>> {
  const bySymbol = new Map<string, DailyBars>();
  for (const [symbol, parts] of await readRuns(ports, manifest, options)) {
    const total = parts.reduce((sum, part) => sum + part.end - part.start, 0);
    bySymbol.set(symbol, { symbol, sessionDay: joinDays(parts, total), ...joinPrices(parts, total) });
  }
  return bySymbol;
}

/**
 * Intraday bars of a series by symbol, each ascending by opening time. Throws AppError(bad_input) for a series of daily bars.
 *
 * @example
 * const hourly = await readIntraday(ports, await readManifest(ports, 'NSE', 'hourly'), { fromDay: toEpochDay('2026-02-27') });
 */
export async function readIntraday(
  ports: ReadPorts,
  manifest: LakeManifest,
  options: ReadOptions = {},
): Promise<Map<string, IntradayBars>> {
  const { barMinutes } = seriesPlace(manifest.series);
  if (barMinutes === null)
    throw new AppError('bad_input', `${manifest.series} holds daily bars; ask for an intraday series`);
  const calendar = loadCalendar(manifest.market);
  const bySymbol = new Map<string, IntradayBars>();
  for (const [symbol, parts] of await readRuns(ports, manifest, options)) {
    const total = parts.reduce((sum, part) => sum + part.end - part.start, 0);
    const openTimeMs = new Float64Array(total);
    let at = 0;
    for (const { table, start, end } of parts) {
      for (let row = start; row < end; row++) {
        openTimeMs[at++] = openTimeMsOf(table.sessionDay[row]!, table.openMinute![row]!, calendar);
      }
    }
    bySymbol.set(symbol, { symbol, barMinutes, openTimeMs, ...joinPrices(parts, total) });
  }
  return bySymbol;
}

/** The raw daily bars of one symbol; undefined when the lake has none in the range. */
export async function readSymbol(
  ports: ReadPorts,
  manifest: LakeManifest,
  symbol: string,
  range: Omit<ReadOptions, 'symbols'> = {},
): Promise<DailyBars | undefined> {
  return (await readDaily(ports, manifest, { ...range, symbols: [symbol] })).get(symbol);
}

/** The bars of the range as one sorted table, with their provenance when that is asked for. */
export async function readTable(
  ports: ReadPorts,
  manifest: LakeManifest,
  options: ReadOptions & { readonly provenance?: boolean } = {},
): Promise<BarTable> {
  const { fromDay = -Infinity, toDay = Infinity } = options;
  const wanted = options.symbols === undefined ? undefined : new Set(options.symbols);
  const tables = await readTables(ports, manifest, options, options.provenance ?? false);
  const clipped = tables.map(({ table }) => {
    const isWanted = table.symbols.map((symbol) => wanted === undefined || wanted.has(symbol));
    const { sessionDay, symbolIndex } = table;
    if (fromDay === -Infinity && toDay === Infinity && isWanted.every(Boolean)) return table;
    const rows = new Int32Array(sessionDay.length);
    let count = 0;
    for (let row = 0; row < sessionDay.length; row++) {
      const day = sessionDay[row]!;
      if (day >= fromDay && day <= toDay && isWanted[symbolIndex[row]!]!) rows[count++] = row;
    }
    return takeRows(table, rows.subarray(0, count));
  });
  return joinTables(clipped);
}

interface ReadTable {
  readonly object: LakeObject;
  readonly table: BarTable;
}

/** The tables of the objects that the range needs, those of a greater turn last. */
async function readTables(
  ports: ReadPorts,
  manifest: LakeManifest,
  options: ReadOptions,
  provenance: boolean,
): Promise<ReadTable[]> {
  const { fromDay = -Infinity, toDay = Infinity } = options;
  const needed = objectsBetween(manifest.objects, fromDay, toDay);
  if (options.archived !== 'read') refuseArchived(manifest, needed);
  const decode = {
    ...(options.symbols === undefined ? {} : { symbols: new Set(options.symbols) }),
    ...(options.fromDay === undefined ? {} : { fromDay }),
    ...(options.toDay === undefined ? {} : { toDay }),
    provenance,
  };
  return mapFew(needed, async (object) => ({ object, table: await readObject(ports, object, decode) }));
}

interface Run {
  readonly table: BarTable;
  readonly start: number;
  readonly end: number;
}

async function readRuns(ports: ReadPorts, manifest: LakeManifest, options: ReadOptions): Promise<Map<string, Run[]>> {
  const { fromDay = -Infinity, toDay = Infinity } = options;
  const wanted = options.symbols === undefined ? undefined : new Set(options.symbols);
  const runs = new Map<string, Run[]>();
  for (const { table } of await readTables(ports, manifest, options, false)) {
    for (const { symbol, start, end } of symbolRuns(table)) {
      if (wanted !== undefined && !wanted.has(symbol)) continue;
      const from = lowerBound(table.sessionDay, fromDay, start, end);
      const to = lowerBound(table.sessionDay, toDay + 1, start, end);
      if (from === to) continue;
      const run = { table, start: from, end: to };
      const known = runs.get(symbol);
      if (known === undefined) runs.set(symbol, [run]);
      else known.push(run);
    }
  }
  for (const [symbol, parts] of runs) if (parts.length > 1) runs.set(symbol, inOrder(parts));
  return runs;
}

/** The runs of one symbol one after another. Where they overlap, they are merged first: the later given wins. */
function inOrder(parts: readonly Run[]): Run[] {
  const sorted = [...parts].sort((a, b) => a.table.sessionDay[a.start]! - b.table.sessionDay[b.start]!);
  const apart = sorted.every(
    (run, i) => i === 0 || sorted[i - 1]!.table.sessionDay[sorted[i - 1]!.end - 1]! < run.table.sessionDay[run.start]!,
  );
  if (apart) return sorted;
  const tables = parts.map(({ table, start, end }) =>
    takeRows(
      table,
      Int32Array.from({ length: end - start }, (_, i) => start + i),
    ),
  );
  const { table } = mergeTables(tables, true);
  return [{ table, start: 0, end: table.symbolIndex.length }];
}

type Prices = Pick<DailyBars, OhlcvColumn>;

function joinPrices(parts: readonly Run[], total: number): Prices {
  return {
    open: join(parts, total, 'open'),
    high: join(parts, total, 'high'),
    low: join(parts, total, 'low'),
    close: join(parts, total, 'close'),
    volumeShares: join(parts, total, 'volumeShares'),
  };
}

function join(parts: readonly Run[], total: number, column: keyof Prices): Float64Array {
  const joined = new Float64Array(total);
  let at = 0;
  for (const { table, start, end } of parts) {
    joined.set(table[column].subarray(start, end), at);
    at += end - start;
  }
  return joined;
}

function joinDays(parts: readonly Run[], total: number): Int32Array {
  const joined = new Int32Array(total);
  let at = 0;
  for (const { table, start, end } of parts) {
    joined.set(table.sessionDay.subarray(start, end), at);
    at += end - start;
  }
  return joined;
}
