import {
  type BarTable,
  type DailyBars,
  HOURLY_BAR_MINUTES,
  type IntradayBars,
  openTimeMsOf,
  symbolRuns,
} from '../bars.ts';
import { loadCalendar } from '../calendar.ts';
import type { LakeManifest, LakePorts } from './manifest.ts';

export interface ReadOptions {
  readonly symbols?: readonly string[];
  /** Inclusive bounds as epoch days. */
  readonly fromDay?: number;
  readonly toDay?: number;
}

type ReadPorts = Pick<LakePorts, 'objects' | 'codec'>;

/** Raw daily bars by symbol, each ascending by session day; a symbol without bars in the range is absent. */
export async function readDaily(
  ports: ReadPorts,
  manifest: LakeManifest,
  options: ReadOptions = {},
): Promise<Map<string, DailyBars>> {
  const bySymbol = new Map<string, DailyBars>();
  for (const [symbol, parts] of await readRuns(ports, manifest, options)) {
    const total = parts.reduce((sum, part) => sum + part.end - part.start, 0);
    bySymbol.set(symbol, {
      symbol,
      sessionDay: joinDays(parts, total),
      open: join(parts, total, 'open'),
      high: join(parts, total, 'high'),
      low: join(parts, total, 'low'),
      close: join(parts, total, 'close'),
      volumeShares: join(parts, total, 'volumeShares'),
    });
  }
  return bySymbol;
}

/** Hourly bars by symbol, each ascending by opening time. */
export async function readHourly(
  ports: ReadPorts,
  manifest: LakeManifest,
  options: ReadOptions = {},
): Promise<Map<string, IntradayBars>> {
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
    bySymbol.set(symbol, {
      symbol,
      barMinutes: HOURLY_BAR_MINUTES,
      openTimeMs,
      open: join(parts, total, 'open'),
      high: join(parts, total, 'high'),
      low: join(parts, total, 'low'),
      close: join(parts, total, 'close'),
      volumeShares: join(parts, total, 'volumeShares'),
    });
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

interface Run {
  readonly table: BarTable;
  readonly start: number;
  readonly end: number;
}

async function readRuns(ports: ReadPorts, manifest: LakeManifest, options: ReadOptions): Promise<Map<string, Run[]>> {
  const { fromDay = -Infinity, toDay = Infinity } = options;
  const wanted = options.symbols === undefined ? undefined : new Set(options.symbols);
  const runs = new Map<string, Run[]>();
  for (const object of manifest.objects) {
    if (object.lastDay < fromDay || object.firstDay > toDay) continue;
    const bytes = await ports.objects.get(object.key);
    const table = await ports.codec.decode(bytes, wanted === undefined ? {} : { symbols: wanted });
    for (const { symbol, start, end } of symbolRuns(table)) {
      if (wanted !== undefined && !wanted.has(symbol)) continue;
      const from = firstRowAt(table, start, end, fromDay);
      const to = firstRowAt(table, start, end, toDay + 1);
      if (from === to) continue;
      const run = { table, start: from, end: to };
      const known = runs.get(symbol);
      if (known === undefined) runs.set(symbol, [run]);
      else known.push(run);
    }
  }
  return runs;
}

/** First row in [start, end) whose session day is at or after the day; the days ascend there. */
function firstRowAt({ sessionDay }: BarTable, start: number, end: number, day: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sessionDay[middle]! < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

function join(
  parts: readonly Run[],
  total: number,
  column: 'open' | 'high' | 'low' | 'close' | 'volumeShares',
): Float64Array {
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
