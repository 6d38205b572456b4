import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { hashOf } from '@aion/core';
import {
  makeFeatureEngine,
  MARKET_COLUMNS,
  resolveColumns,
  type FeatureColumn,
  type ReferenceSeries,
} from '@aion/features';
import type { DailyBars } from '@aion/market';
import {
  blockFile,
  makeBlockWriter,
  type FeatureSetBlock,
  type FeatureSetFrame,
  type OwnReferences,
} from './feature-set-block.ts';
import { readySetFolder, writeSetIndex } from './feature-set-folder.ts';

export interface FeatureSetJob extends FeatureSetFrame {
  readonly instruments: readonly DailyBars[];
  /** Series beside one instrument alone (its sector, its figures); what is equal should be one object. */
  readonly ownReferences?: (symbol: string) => Readonly<Record<string, ReferenceSeries>>;
  /** Threads; 1: this one. */
  readonly workers: number;
  readonly onDone?: (symbols: number) => void;
}

/** What `features.json` beside the files says. */
export interface FeatureSet {
  readonly schemaHash: string;
  readonly columns: readonly FeatureColumn[];
  readonly blocks: readonly FeatureSetBlock[];
  /** Columns that are the same for every instrument, a row for each session; null when none was asked for. */
  readonly market: FeatureSetBlock | null;
  readonly rows: number;
  readonly bytes: number;
  /** Follows from the values alone, not from the number of threads. */
  readonly contentHash: string;
}

/** Instruments in a file. */
const BLOCK_SYMBOLS = 32;
const MARKET_FILE = 'market.parquet';

/**
 * Features of every bar of many instruments, each on prices as they were known at that bar, as a folder of Parquet files of a block of
 * instruments each, `market.parquet` with what is the same for all of them, and `features.json`. The same files whatever the order of the instruments and the number of threads.
 */
export async function writeFeatureSet(job: FeatureSetJob): Promise<FeatureSet> {
  const sorted = [...job.instruments].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  const blocks = Array.from({ length: Math.ceil(sorted.length / BLOCK_SYMBOLS) }, (_, i) =>
    sorted.slice(i * BLOCK_SYMBOLS, (i + 1) * BLOCK_SYMBOLS),
  );
  const { market, actions, references, folder } = job;
  const ofMarket = job.columns.filter((name) => MARKET_COLUMNS.has(name));
  const columns = job.columns.filter((name) => !MARKET_COLUMNS.has(name));
  const files = [...blocks.keys()].map(blockFile);
  readySetFolder(folder, ofMarket.length === 0 ? files : [...files, MARKET_FILE]);
  const frame: FeatureSetFrame = { market, columns, actions, references, folder };
  const onDone = job.onDone ?? (() => undefined);
  const { ownReferences } = job;
  const ownOf: OwnOf = (some) => (ownReferences === undefined ? [] : some.map(({ symbol }) => ownReferences(symbol)));
  const written =
    job.workers <= 1
      ? await onThisThread(frame, blocks, ownOf, onDone)
      : await onThreads(job.workers, frame, blocks, ownOf, onDone);
  const once =
    ofMarket.length === 0 ? null : makeBlockWriter({ ...frame, columns: ofMarket })(MARKET_FILE, [allSessions(sorted)]);
  const resolved = resolveColumns(job.columns);
  const engine = makeFeatureEngine(resolved.nodes, resolved.columns);
  const set: FeatureSet = {
    schemaHash: engine.schemaHash,
    columns: engine.columns,
    blocks: written,
    market: once,
    rows: written.reduce((sum, { rows }) => sum + rows, 0),
    bytes: [...written, ...(once === null ? [] : [once])].reduce((sum, { bytes }) => sum + bytes, 0),
    contentHash: hashOf([written.map(({ crc32, rows, symbols }) => [crc32, rows, symbols]), once?.crc32 ?? null]),
  };
  writeSetIndex(folder, set);
  return set;
}

/** A stand-in that trades on every session that any instrument has: columns of the market ask for nothing but the day. */
function allSessions(instruments: readonly DailyBars[]): DailyBars {
  const days = new Set<number>();
  for (const { sessionDay } of instruments) for (const day of sessionDay) days.add(day);
  const sessionDay = Int32Array.from([...days].sort((a, b) => a - b));
  const one = new Float64Array(sessionDay.length).fill(1);
  return { symbol: 'MARKET', sessionDay, open: one, high: one, low: one, close: one, volumeShares: one };
}

/** What stands beside each instrument of a block alone. */
type OwnOf = (instruments: readonly DailyBars[]) => OwnReferences;
type Blocks = readonly (readonly DailyBars[])[];

async function onThisThread(
  frame: FeatureSetFrame,
  blocks: Blocks,
  ownOf: OwnOf,
  onDone: (symbols: number) => void,
): Promise<FeatureSetBlock[]> {
  const write = makeBlockWriter(frame);
  const written: FeatureSetBlock[] = [];
  for (const [index, instruments] of blocks.entries()) {
    written.push(write(blockFile(index), instruments, ownOf(instruments)));
    onDone(instruments.length);
    // Lets leases and progress be written between blocks.
    await nextTurn();
  }
  return written;
}

async function onThreads(
  count: number,
  frame: FeatureSetFrame,
  blocks: Blocks,
  ownOf: OwnOf,
  onDone: (symbols: number) => void,
): Promise<FeatureSetBlock[]> {
  const written: FeatureSetBlock[] = [];
  let next = 0;
  const work = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const give = (): void => {
        const index = next++;
        const instruments = blocks[index];
        if (instruments === undefined) resolve();
        else {
          // Columns may be views of a whole market's memory, all of which a message would take along.
          const own = instruments.map(ownColumns);
          worker.postMessage({ index, instruments: own, own: ownOf(instruments) }, own.flatMap(buffersOf));
        }
      };
      worker.on('message', ({ index, block }: { index: number; block: FeatureSetBlock }) => {
        written[index] = block;
        onDone(blocks[index]!.length);
        give();
      });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`a feature worker ended early with exit code ${code}`)));
      give();
    });
  const workers = Array.from(
    { length: Math.min(count, blocks.length) },
    () => new Worker(new URL('./feature-set-worker.ts', import.meta.url), { workerData: frame }),
  );
  try {
    await Promise.all(workers.map(work));
    return written;
  } finally {
    for (const worker of workers) worker.removeAllListeners('exit');
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function ownColumns(bars: DailyBars): DailyBars {
  return {
    symbol: bars.symbol,
    sessionDay: bars.sessionDay.slice(),
    open: bars.open.slice(),
    high: bars.high.slice(),
    low: bars.low.slice(),
    close: bars.close.slice(),
    volumeShares: bars.volumeShares.slice(),
  };
}

const buffersOf = ({ sessionDay, open, high, low, close, volumeShares }: DailyBars): ArrayBuffer[] =>
  [sessionDay, open, high, low, close, volumeShares].map((column) => column.buffer as ArrayBuffer);
