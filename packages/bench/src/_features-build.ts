import type { Exchange } from '@aion/core';
// The whole feature set in a process of its own, so that its memory is its own. Arguments: FOLDER SYMBOLS SESSIONS WORKERS.
// Prints what it took as one JSON line.
import { join } from 'node:path';
import { makeFileObjectStore } from '@aion/adapters/files/object-store';
import { featureTableCodec } from '@aion/adapters/parquet/feature-codec';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { openStateFile } from '@aion/adapters/sqlite/state-file';
import { systemClock } from '@aion/adapters/system/clock';
import { writeFeatureSet } from '@aion/adapters/parquet/feature-set';
import {
  dailyBarsAsOf,
  featureDay,
  FEATURE_NODES,
  makeFeatureEngine,
  makeReferences,
  REFERENCE_NAMES,
  resolveColumns,
  sameForAll,
} from '@aion/features';
import { loadCalendar, sliceDailyBars, symbolRuns } from '@aion/market';
import { simulateTable } from './lake/simulated-bars.ts';

const [folder, symbols, sessions, workers] = process.argv.slice(2) as [string, string, string, string];
const table = simulateTable(Number(symbols), Number(sessions));
const instruments = symbolRuns(table).map(({ start, end }) => sliceDailyBars(table, start, end));
const { columns } = resolveColumns(['all']);
// One share stands for every reference: what it costs to read does not depend on what it is.
const references = Object.fromEntries(
  REFERENCE_NAMES.filter((name) => !name.startsWith('closes_')).map((name) => [name, instruments[0]!]),
);

const startedMs = performance.now();
const set = await writeFeatureSet({
  market: 'NSE',
  columns,
  actions: [],
  references,
  folder: join(folder, 'set'),
  instruments,
  workers: Number(workers),
});
const buildMs = performance.now() - startedMs;
const peakMb = process.resourceUsage().maxRSS / 1024;

const beside = makeReferences(loadCalendar('NSE'), references);
const state = openStateFile(join(folder, 'state.db'));
const items = makeSqliteItemTable(state, systemClock);
const stored = { items, objects: makeFileObjectStore(join(folder, 'objects')), codec: featureTableCodec };
// The same without files and their hashes: what the computation alone costs.
const kept = new Map<string, Uint8Array>();
let puts = 0;
const memory: typeof stored = {
  ...stored,
  objects: {
    ...stored.objects,
    async put(prefix, bytes, ending = '') {
      const key = `${prefix}/${puts++}${ending}`;
      kept.set(key, bytes);
      return { key, sha256: '', bytes: bytes.length };
    },
    get: async (key) => kept.get(key)!,
  },
};
const engine = makeFeatureEngine(FEATURE_NODES, columns);
const days = instruments[0]!.sessionDay;
const day = (ports: typeof stored, market: Exchange, sessionDay: number, previousDay: number) =>
  featureDay(ports, {
    market,
    sessionDay,
    previousDay,
    engine,
    codeHash: 'bench',
    references: sameForAll(beside),
    instruments: instruments.map((raw) => ({ symbol: raw.symbol, bars: () => dailyBarsAsOf(raw, sessionDay, []) })),
  });
const timeDays = async (ports: typeof stored, market: Exchange): Promise<{ ms: number[]; continued: number }> => {
  const ms: number[] = [];
  let continued = 0;
  await day(ports, market, days.at(-7)!, days.at(-8)!);
  for (let back = 6; back >= 1; back--) {
    const dayStarted = performance.now();
    ({ continued } = await day(ports, market, days.at(-back)!, days.at(-back - 1)!));
    ms.push(performance.now() - dayStarted);
  }
  return { ms, continued };
};
const { ms: dayMs, continued } = await timeDays(stored, 'NSE');
const { ms: dayInMemoryMs } = await timeDays(memory, 'US');
state.close();
process.stdout.write(
  `${JSON.stringify({
    columns: columns.length,
    rows: set.rows,
    bytes: set.bytes,
    contentHash: set.contentHash,
    failed: set.blocks.reduce((sum, { failed }) => sum + failed.length, 0),
    buildMs,
    peakMb,
    dayMs,
    dayInMemoryMs,
    continued,
  })}\n`,
);
