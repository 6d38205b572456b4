import {
  type Exchange,
  bodyOf,
  errorMessage,
  hashOf,
  isAppError,
  type ItemKey,
  type ItemTable,
  type ObjectStore,
  type StoredForm,
} from '@aion/core';
import type { DailyBars } from '@aion/market';
import { z } from 'zod';
import type { AbsenceReason, ComputeOptions, FeatureEngine } from '../engine/index.ts';
import type { Series } from '../kernel/kernel.ts';
import type { FeatureTable, FeatureTableCodec } from './feature-table.ts';
import { toSeries } from './daily-series.ts';
import { hashHistory } from './history-hash.ts';
import type { ReferenceSource } from './reference-series.ts';
import { makeStateWriter, readStates } from './saved-states.ts';
import { stepSymbol } from './symbol-step.ts';

export interface FeatureStorePorts {
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  readonly codec: FeatureTableCodec;
}

export interface FeatureDayRequest {
  /** Which market's, e.g. `NSE`. */
  readonly market: Exchange;
  readonly sessionDay: number;
  /** The session whose states the new ones go on from. */
  readonly previousDay: number;
  readonly engine: FeatureEngine;
  /** Hash of the program: other code has other values under the same names. */
  readonly codeHash: string;
  /** Instruments and a way to their bars up to the session, adjusted as of it; one that throws is isolated with what it said. */
  readonly instruments: readonly { readonly symbol: string; bars(): DailyBars }[];
  readonly references: ReferenceSource;
  readonly options?: ComputeOptions;
}

/** Features of one session: a row for each instrument that traded. */
export interface FeatureDay {
  readonly table: FeatureTable;
  /** Why values are NaN: row by row, in the order of the names; 0 where there is a value, else 1 + the place in ABSENCE_REASONS. */
  readonly absences: Uint8Array;
  readonly failed: readonly { readonly symbol: string; readonly message: string }[];
  /** How the rows came: found in the store, gone on from the day before, or computed from the first bar. */
  readonly found: number;
  readonly continued: number;
  readonly computed: number;
}

export const ABSENCE_REASONS: readonly AbsenceReason[] = [
  'bad_bar',
  'short_history',
  'unsettled_history',
  'no_reference',
  'undefined_value',
];

const Kept = z.strictObject({
  inputHash: z.string(),
  /** Of the references up to the session: states that saw others are not gone on from. */
  referencesHash: z.string(),
  table: z.string(),
  absences: z.string(),
  states: z.string(),
  failed: z.array(z.strictObject({ symbol: z.string(), message: z.string() })),
});
type Kept = z.infer<typeof Kept>;
const KEPT: StoredForm<Kept> = {
  what: 'feature day',
  v: 1,
  schema: Kept,
  advice: 'remove this item: its features are computed again',
};

const PREFIX = 'features';

/**
 * The features of a session: found when they were computed from the very same bars and definitions, else brought up from the day before,
 * instrument by instrument, and from the first bar where the past is another one now. What is stored follows from the content alone, so
 * it does not matter in which order, how often or where it is computed.
 */
export async function featureDay(ports: FeatureStorePorts, request: FeatureDayRequest): Promise<FeatureDay> {
  const { engine, sessionDay, references, options } = request;
  const keyOf = (day: number): ItemKey => ({
    table: 'product',
    pk: `FEATURES#${request.market}#${hashOf([engine.schemaHash, request.codeHash]).slice(0, 16)}`,
    sk: `DAY#${day}`,
  });
  const kept = await keptAt(ports, keyOf(sessionDay));
  const failed: { symbol: string; message: string }[] = [];
  const ready: { symbol: string; bars: DailyBars }[] = [];
  for (const { symbol, bars } of [...request.instruments].sort((a, b) => (a.symbol < b.symbol ? -1 : 1))) {
    try {
      ready.push({ symbol, bars: bars() });
    } catch (error) {
      failed.push({ symbol, message: errorMessage(error) });
    }
  }
  const inputHash = (hashes: readonly string[]): string =>
    hashOf({
      hashes,
      references: references.hashUpTo(sessionDay),
      wholeHistory: options?.wholeHistory ?? true,
      failed,
    });
  if (kept !== undefined && kept.inputHash === inputHash(ready.map(hashLine))) {
    const found = await load(ports, kept);
    if (found !== undefined) return { ...found, found: found.table.sessionDay.length, continued: 0, computed: 0 };
  }

  const before = await statesAt(ports, request, keyOf(request.previousDay));
  // Today's states take about as much room as yesterday's.
  const room = [...before.values()].reduce((sum, state) => sum + state.length + 64, 1 << 16);
  const states = makeStateWriter(engine.schemaHash, room);
  const rows: { symbol: string; values: Float64Array }[] = [];
  const absences = new Uint8Array(ready.length * engine.columns.length);
  const hashes: string[] = [];
  let continued = 0;
  for (const { symbol, bars } of ready) {
    const beside = references.of(symbol);
    const step = stepSymbol(engine, bars, beside, before.get(symbol), options, (length) => states.room(symbol, length));
    hashes.push(`${symbol} ${step.hash.low} ${step.hash.high}`);
    if (bars.sessionDay.at(-1) !== sessionDay) continue;
    if (step.continued) continued++;
    if (hasNaN(step.row)) {
      absences.set(reasonCodes(engine, step.row, toSeries(bars, beside), options), rows.length * engine.columns.length);
    }
    rows.push({ symbol, values: step.row });
  }
  const table = tableOf(engine, sessionDay, rows);
  const ofRows = absences.slice(0, rows.length * engine.columns.length);
  const [tableRef, absencesRef, statesRef] = await Promise.all([
    ports.objects.put(PREFIX, joined(ports.codec.encode(table)), '.parquet'),
    ports.objects.put(PREFIX, ofRows, '.u8'),
    ports.objects.put(PREFIX, states.bytes(), '.f64'),
  ]);
  const body: Kept = {
    inputHash: inputHash(hashes),
    referencesHash: references.hashUpTo(sessionDay),
    table: tableRef.key,
    absences: absencesRef.key,
    states: statesRef.key,
    failed,
  };
  // Last writer wins: each of them wrote what follows from the bars it saw, and says which those were.
  await ports.items.put({ ...keyOf(sessionDay), v: KEPT.v, body });
  return { table, absences: ofRows, failed, found: 0, continued, computed: rows.length - continued };
}

function hasNaN(values: Float64Array): boolean {
  for (let at = 0; at < values.length; at++) if (Number.isNaN(values[at]!)) return true;
  return false;
}

function hashLine({ symbol, bars }: { readonly symbol: string; readonly bars: DailyBars }): string {
  const { low, high } = hashHistory(bars, 0, bars.sessionDay.length);
  return `${symbol} ${low} ${high}`;
}

function reasonCodes(
  engine: FeatureEngine,
  row: Float64Array,
  series: Series,
  options: ComputeOptions | undefined,
): number[] {
  const last = series.close.length - 1;
  return engine
    .explain(series, options)(row, last)
    .map((reason) => (reason === undefined ? 0 : 1 + ABSENCE_REASONS.indexOf(reason)));
}

function tableOf(
  engine: FeatureEngine,
  sessionDay: number,
  rows: readonly { readonly symbol: string; readonly values: Float64Array }[],
): FeatureTable {
  return {
    symbols: rows.map(({ symbol }) => symbol),
    symbolIndex: Int32Array.from(rows, (_, place) => place),
    sessionDay: new Int32Array(rows.length).fill(sessionDay),
    names: engine.columns.map(({ name }) => name),
    columns: engine.columns.map((_, at) => {
      const column = new Float64Array(rows.length);
      for (let row = 0; row < column.length; row++) column[row] = rows[row]!.values[at]!;
      return column;
    }),
  };
}

async function keptAt(ports: FeatureStorePorts, key: ItemKey): Promise<Kept | undefined> {
  return bodyOf(await ports.items.get(key), KEPT);
}

/** Undefined when an object is gone or damaged: what can be computed again is no loss. */
async function load(
  ports: FeatureStorePorts,
  kept: Kept,
): Promise<Pick<FeatureDay, 'table' | 'absences' | 'failed'> | undefined> {
  return orUndefined(async () => {
    const [table, absences] = await Promise.all([ports.objects.get(kept.table), ports.objects.get(kept.absences)]);
    return { table: await ports.codec.decode(table), absences, failed: kept.failed };
  });
}

async function statesAt(
  ports: FeatureStorePorts,
  { engine, references, previousDay }: FeatureDayRequest,
  key: ItemKey,
): Promise<Map<string, Float64Array>> {
  const kept = await keptAt(ports, key);
  if (kept === undefined || kept.referencesHash !== references.hashUpTo(previousDay)) return new Map();
  const states = await orUndefined(async () => readStates(engine.schemaHash, await ports.objects.get(kept.states)));
  return states ?? new Map();
}

async function orUndefined<T>(load: () => Promise<T>): Promise<T | undefined> {
  try {
    return await load();
  } catch (error) {
    if (isAppError(error, 'not_found') || isAppError(error, 'corrupt')) return undefined;
    throw error;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
