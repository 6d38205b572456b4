import { describe, expect, it } from 'vitest';
import { AppError, makeFrozenClock, sha256Hex, type ObjectStore } from '@aion/core';
import type { FeatureShard, SymbolFeatures } from '@aion/pipeline';
import { makeSqliteItemTable } from '../sqlite/item-table.ts';
import { openStateFile } from '../sqlite/state-file.ts';
import { makeStoredFeatureWorkers } from './stored-shards.ts';

const bars = (close: number) => {
  const column = Float64Array.of(close, close + 1);
  return { open: column, high: column, low: column, close: column, volumeShares: column };
};
const shardOf = (symbol: string, close = 10): FeatureShard => [
  { symbol, bars: { month: bars(close), week: bars(close), day: bars(close), fourHour: null, hour: null } },
];

function setUp(codeHash = 'code') {
  const clock = makeFrozenClock(1_700_000_000_000);
  const items = makeSqliteItemTable(openStateFile(':memory:'), clock);
  const kept = new Map<string, Uint8Array>();
  const objects = {
    async put(prefix: string, bytes: Uint8Array, ending = '') {
      const key = `${prefix}/${sha256Hex(bytes)}${ending}`;
      kept.set(key, bytes);
      return { key, sha256: sha256Hex(bytes), bytes: bytes.length };
    },
    async get(key: string) {
      const bytes = kept.get(key);
      if (bytes === undefined) throw new AppError('not_found', `no object ${key}`);
      return bytes;
    },
  } as unknown as ObjectStore;
  const computed: string[] = [];
  const workers = (code = codeHash) =>
    makeStoredFeatureWorkers({ items, objects, codeHash: code, clock }, async (shards) =>
      shards.map((shard) =>
        shard.map(({ symbol, bars: frames }): SymbolFeatures => {
          computed.push(symbol);
          return { kind: 'features', symbol, ohlcv: Float32Array.from(frames.day.close) } as unknown as SymbolFeatures;
        }),
      ),
    );
  return { kept, computed, workers };
}

describe('features kept per shard', () => {
  it('finds what another task computed, bit for bit and in order, and computes only the rest', async () => {
    const { workers, computed } = setUp();
    const [alone] = await workers()([shardOf('B')], () => undefined);
    const both = await workers()([shardOf('A'), shardOf('B')], () => undefined);
    expect(computed).toEqual(['B', 'A']);
    expect(both.map((shard) => shard[0]!.symbol)).toEqual(['A', 'B']);
    expect(both[1]).toEqual(alone);
    expect((both[1]![0] as { ohlcv: Float32Array }).ohlcv).toBeInstanceOf(Float32Array);
  });

  it('computes again for a changed bar, for another program and for a lost object', async () => {
    const { workers, computed, kept } = setUp();
    await workers()([shardOf('A')], () => undefined);
    await workers()([shardOf('A', 11)], () => undefined);
    await workers('newer code')([shardOf('A')], () => undefined);
    expect(computed).toEqual(['A', 'A', 'A']);
    kept.clear();
    await workers()([shardOf('A')], () => undefined);
    expect(computed).toHaveLength(4);
  });
});
