import { AppError, errorMessage, hashOf, isAppError, type ItemKey, type ItemTable, type ObjectStore } from '@aion/core';
import { z } from 'zod';
import type { AbsenceReason, ComputeOptions, FeatureEngine } from '../engine/index.ts';
import type { Series } from '../kernel/kernel.ts';
import type { FeatureTable, FeatureTableCodec } from './feature-table.ts';
import { hashHistory } from './history-hash.ts';
import { decodeStates, encodeStates } from './saved-states.ts';
import { stepSymbol } from './symbol-step.ts';

export interface FeatureStorePorts {
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  readonly codec: FeatureTableCodec;
}

export interface FeatureDayRequest {
  /** Which market's, e.g. `NSE`. */
  readonly market: string;
  readonly sessionDay: number;
  /** The session whose states the new ones go on from. */
  readonly previousDay: number;
  readonly engine: FeatureEngine;
  /** Instruments and a way to their series up to the session; one that throws is isolated with what it said. */
  readonly instruments: readonly { readonly symbol: string; series(): Series }[];
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
  table: z.string(),
  absences: z.string(),
  states: z.string(),
  failed: z.array(z.strictObject({ symbol: z.string(), message: z.string() })),
});
type Kept = z.infer<typeof Kept>;

const PREFIX = 'features';

/**
 * The features of a session: found when they were computed from the very same bars and definitions, else brought up from the day before,
 * instrument by instrument, and from the first bar where the past is another one now. What is stored follows from the content alone, so
 * it does not matter in which order, how often or where it is computed.
 */
export async function featureDay(ports: FeatureStorePorts, request: FeatureDayRequest): Promise<FeatureDay> {
  const { engine, sessionDay } = request;
  const keyOf = (day: number): ItemKey => ({
    table: 'product',
    pk: `FEATURES#${request.market}#${engine.schemaHash.slice(0, 16)}`,
    sk: `DAY#${day}`,
  });
  const kept = await keptAt(ports, keyOf(sessionDay));
  const failed: { symbol: string; message: string }[] = [];
  const ready: { symbol: string; series: Series }[] = [];
  for (const { symbol, series } of [...request.instruments].sort((a, b) => (a.symbol < b.symbol ? -1 : 1))) {
    try {
      ready.push({ symbol, series: series() });
    } catch (error) {
      failed.push({ symbol, message: errorMessage(error) });
    }
  }
  if (kept !== undefined && kept.inputHash === inputHashOf(engine, ready, request.options, failed)) {
    const found = await load(ports, kept);
    if (found !== undefined) return { ...found, found: found.table.sessionDay.length, continued: 0, computed: 0 };
  }

  const before = await statesAt(ports, engine, keyOf(request.previousDay));
  const states = new Map<string, Float64Array>();
  const rows: { symbol: string; values: Float64Array; absences: (AbsenceReason | undefined)[] }[] = [];
  const hashes: string[] = [];
  let continued = 0;
  for (const { symbol, series } of ready) {
    const step = stepSymbol(engine, series, before.get(symbol), request.options);
    states.set(symbol, step.saved);
    hashes.push(`${symbol} ${step.hash.low} ${step.hash.high}`);
    const last = series.close.length - 1;
    if (series.sessionDay[last] !== sessionDay) continue;
    // A row needs the bar's own value: one that was seen before is computed again, its states being those behind it.
    const values = step.from > last ? engine.compute(series, request.options) : step.values;
    if (step.from > 0 && step.from <= last) continued++;
    rows.push({
      symbol,
      values: Float64Array.from(engine.columns, ({ name }) => values[name]![last]!),
      absences: engine.absences(series, values, last, request.options),
    });
  }
  const table = tableOf(engine, sessionDay, rows);
  const absences = Uint8Array.from(
    rows.flatMap((row) =>
      row.absences.map((reason) => (reason === undefined ? 0 : 1 + ABSENCE_REASONS.indexOf(reason))),
    ),
  );
  const [tableRef, absencesRef, statesRef] = await Promise.all([
    ports.objects.put(PREFIX, joined(ports.codec.encode(table)), '.parquet'),
    ports.objects.put(PREFIX, absences, '.u8'),
    ports.objects.put(PREFIX, encodeStates(engine.schemaHash, states), '.f64'),
  ]);
  const body: Kept = {
    inputHash: hashOf(inputOf(engine, hashes, request.options, failed)),
    table: tableRef.key,
    absences: absencesRef.key,
    states: statesRef.key,
    failed,
  };
  // Last writer wins: each of them wrote what follows from the bars it saw, and says which those were.
  await ports.items.put({ ...keyOf(sessionDay), v: 1, body });
  return { table, absences, failed, found: 0, continued, computed: rows.length - continued };
}

function inputHashOf(
  engine: FeatureEngine,
  ready: readonly { readonly symbol: string; readonly series: Series }[],
  options: ComputeOptions | undefined,
  failed: readonly { readonly symbol: string; readonly message: string }[],
): string {
  const hashes = ready.map(({ symbol, series }) => {
    const { low, high } = hashHistory(series, 0, series.close.length);
    return `${symbol} ${low} ${high}`;
  });
  return hashOf(inputOf(engine, hashes, options, failed));
}

const inputOf = (
  engine: FeatureEngine,
  hashes: readonly string[],
  options: ComputeOptions | undefined,
  failed: readonly { readonly symbol: string; readonly message: string }[],
) => ({ schemaHash: engine.schemaHash, hashes, wholeHistory: options?.wholeHistory ?? true, failed });

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
    columns: engine.columns.map((_, at) => Float64Array.from(rows, ({ values }) => values[at]!)),
  };
}

async function keptAt(ports: FeatureStorePorts, key: ItemKey): Promise<Kept | undefined> {
  const item = await ports.items.get(key);
  if (item === undefined) return undefined;
  const body = Kept.safeParse(item.body);
  if (!body.success) {
    throw new AppError(
      'corrupt',
      `${key.pk} ${key.sk} has another shape than expected (${z.prettifyError(body.error)})`,
    );
  }
  return body.data;
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
  engine: FeatureEngine,
  key: ItemKey,
): Promise<Map<string, Float64Array>> {
  const kept = await keptAt(ports, key);
  const states =
    kept === undefined
      ? undefined
      : await orUndefined(async () => decodeStates(engine.schemaHash, await ports.objects.get(kept.states)));
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
