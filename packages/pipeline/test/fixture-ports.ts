import { AppError, makeFrozenClock, sha256Hex, silentTelemetry, type ItemTable, type ObjectStore } from '@aion/core';
import { makeSqliteItemTable } from '../../adapters/src/sqlite/item-table.ts';
import { openStateFile } from '../../adapters/src/sqlite/state-file.ts';
import type { PipelinePorts } from '../src/ports.ts';
import type { RunRecord } from '../src/runner/run-record.ts';

export const START_MS = Date.UTC(2026, 1, 27, 13);

export interface FixturePorts extends PipelinePorts {
  readonly clock: ReturnType<typeof makeFrozenClock>;
  readonly objectMap: Map<string, Uint8Array>;
  /** Owners whose process has ended. */
  readonly gone: Set<string>;
  /** The same state as another worker sees it. */
  as(owner: string): FixturePorts;
}

/** What the runner needs: a real item table in memory, objects in a map. The market and the models are not there. */
export function makeFixturePorts(owner = 'host:1'): FixturePorts {
  const clock = makeFrozenClock(START_MS);
  const items: ItemTable = makeSqliteItemTable(openStateFile(':memory:'), clock);
  const objectMap = new Map<string, Uint8Array>();
  const gone = new Set<string>();
  const base = {
    items,
    objects: makeObjects(objectMap),
    clock,
    marketClock: clock,
    telemetry: silentTelemetry,
    codeHash: 'code',
    mode: 'stub',
    objectMap,
    gone,
  };
  const as = (name: string): FixturePorts =>
    ({ ...base, owner: { name, isGone: (other: string) => gone.has(other) }, as }) as unknown as FixturePorts;
  return as(owner);
}

function makeObjects(map: Map<string, Uint8Array>): ObjectStore {
  const read = (key: string): Uint8Array => {
    const bytes = map.get(key);
    if (bytes === undefined) throw new AppError('not_found', `no object ${key}`);
    if (!key.includes(sha256Hex(bytes))) throw new AppError('corrupt', `object ${key} is damaged`);
    return bytes;
  };
  return {
    async put(prefix, bytes, ending = '') {
      const sha256 = sha256Hex(bytes);
      const key = `${prefix}/${sha256}${ending}`;
      map.set(key, bytes);
      return { key, sha256, bytes: bytes.length };
    },
    get: async (key) => read(key),
    getRange: async (key, start, end) => read(key).slice(start, end),
    has: async (key) => map.has(key),
    list: async (prefix) => [...map.keys()].filter((key) => key.startsWith(prefix)).sort(),
    async delete(key) {
      map.delete(key);
    },
  };
}

export function runRecord(over: Partial<RunRecord> = {}): RunRecord {
  return {
    id: 'NSE-20260227-daily-1',
    kind: 'daily',
    exchange: 'NSE',
    sessionDate: '2026-02-27',
    status: 'queued',
    revision: null,
    snapshotId: null,
    triggeredBy: 'test',
    owner: '',
    startedMs: START_MS,
    finishedMs: null,
    error: null,
    summary: null,
    ...over,
  };
}
