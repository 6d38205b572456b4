import { closeSync, openSync, renameSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { errorMessage, type Exchange } from '@aion/core';
import {
  eachKnownPart,
  makeFeatureEngine,
  makeReferences,
  resolveColumns,
  type EngineRun,
  type References,
  type ReferenceSeries,
} from '@aion/features';
import { loadCalendar, type CorporateAction, type DailyBars } from '@aion/market';
import { featureTableCodec } from './feature-codec.ts';

/** What every block of a set is computed with. */
export interface FeatureSetFrame {
  readonly market: Exchange;
  readonly columns: readonly string[];
  readonly actions: readonly CorporateAction[];
  readonly references: Readonly<Record<string, ReferenceSeries>>;
  readonly folder: string;
}

/** References of each instrument of a block beside those of all; shared lists are one object. */
export type OwnReferences = readonly Readonly<Record<string, ReferenceSeries>>[];

export interface FeatureSetBlock {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  /** CRC-32 of the file: finds damage. What the set is made of is named by its input hash. */
  readonly crc32: number;
  readonly symbols: readonly string[];
  /** Instruments that could not be computed, with what was said. */
  readonly failed: readonly { readonly symbol: string; readonly message: string }[];
}

/** The name of a block's file. */
export const blockFile = (index: number): string => `part-${String(index).padStart(5, '0')}.parquet`;

/** Computes blocks of instruments and writes each as a file; its memory is that of one block. */
export function makeBlockWriter(
  frame: FeatureSetFrame,
): (file: string, instruments: readonly DailyBars[], own?: OwnReferences) => FeatureSetBlock {
  const { columns, nodes } = resolveColumns(frame.columns);
  const engine = makeFeatureEngine(nodes, columns);
  const calendar = loadCalendar(frame.market);
  const general = makeReferences(calendar, frame.references);
  const actionsOf = new Map<string, CorporateAction[]>();
  for (const action of frame.actions) {
    const own = actionsOf.get(action.symbol);
    if (own === undefined) actionsOf.set(action.symbol, [action]);
    else own.push(action);
  }
  let memory: Float32Array[] = [];
  let run: EngineRun | undefined;
  return (file, instruments, own = []) => {
    const made = new Map<Readonly<Record<string, ReferenceSeries>>, References>();
    const besideOf = (place: number): References => {
      const series = own[place];
      if (series === undefined) return general;
      const references = made.get(series) ?? makeReferences(calendar, { ...frame.references, ...series });
      made.set(series, references);
      return references;
    };
    const rows = instruments.reduce((sum, bars) => sum + bars.sessionDay.length, 0);
    if ((memory[0]?.length ?? 0) < rows) memory = columns.map(() => new Float32Array(rows));
    const symbolIndex = new Int32Array(rows);
    const sessionDay = new Int32Array(rows);
    const failed: { symbol: string; message: string }[] = [];
    let at = 0;
    for (const [place, raw] of instruments.entries()) {
      const surroundings = { actions: actionsOf.get(raw.symbol) ?? [], references: besideOf(place) };
      try {
        const first = at;
        run = eachKnownPart(
          engine,
          raw,
          surroundings,
          (values, from, count, row) => {
            for (let place = 0; place < columns.length; place++)
              copyInto(memory[place]!, first + row, values[columns[place]!]!, from, count);
          },
          run,
        );
      } catch (error) {
        failed.push({ symbol: raw.symbol, message: errorMessage(error) });
        continue;
      }
      symbolIndex.fill(place, at, at + raw.sessionDay.length);
      sessionDay.set(raw.sessionDay, at);
      at += raw.sessionDay.length;
    }
    const parts = featureTableCodec.encode({
      symbols: instruments.map(({ symbol }) => symbol),
      symbolIndex: symbolIndex.subarray(0, at),
      sessionDay: sessionDay.subarray(0, at),
      names: columns,
      columns: memory.map((column) => column.subarray(0, at)),
    });
    const symbols = instruments
      .map(({ symbol }) => symbol)
      .filter((symbol) => !failed.some((one) => one.symbol === symbol));
    return { file, rows: at, symbols, failed, ...writeParts(join(frame.folder, file), parts) };
  };
}

/** A plain loop: `set` between arrays of different types takes more than twice as long. */
function copyInto(target: Float32Array, row: number, values: Float64Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) target[row + i] = values[at + i]!;
}

const PARTS_A_CALL = 512;

/** Under another name first: a file with the right name is whole. */
function writeParts(path: string, parts: readonly Uint8Array[]): { bytes: number; crc32: number } {
  let checksum = 0;
  const file = openSync(`${path}.partial`, 'w');
  let bytes = 0;
  try {
    for (let at = 0; at < parts.length; at += PARTS_A_CALL) {
      const some = parts.slice(at, at + PARTS_A_CALL);
      for (const part of some) checksum = crc32(part, checksum);
      const length = some.reduce((sum, part) => sum + part.length, 0);
      let written = writevSync(file, some);
      // The system may take less than it is given.
      if (written < length) {
        const rest = Buffer.concat(some).subarray(written);
        while (written < length) written += writevSync(file, [rest.subarray(rest.length - (length - written))]);
      }
      bytes += length;
    }
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.partial`, path);
  return { bytes, crc32: checksum };
}
