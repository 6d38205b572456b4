import { deserialize, serialize } from 'node:v8';
import {
  bodyIfReadable,
  isAppError,
  makeHasher,
  type Clock,
  type ItemTable,
  type ObjectStore,
  type StoredForm,
} from '@aion/core';
import type { FeatureShard, FeatureWorkers, SymbolFeatures } from '@aion/pipeline';
import { z } from 'zod';

const KEEP_S = 7 * 86_400;
const Shard = z.strictObject({ object: z.string() });
const SHARD: StoredForm<z.infer<typeof Shard>> = { what: 'shard of features', v: 1, schema: Shard };

interface ShardPorts {
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  /** Part of each shard's name: another program computes its own. */
  readonly codeHash: string;
  readonly clock: Clock;
}

/**
 * Features that are kept per shard, under the hash of program and bars. Tasks that compute a part each leave their shards here;
 * the features stage then finds all of them and computes only what is missing or damaged.
 */
export function makeStoredFeatureWorkers(ports: ShardPorts, base: FeatureWorkers): FeatureWorkers {
  const keyOf = (shard: FeatureShard) =>
    ({ table: 'ephemeral', pk: `SHARD#${hashShard(ports.codeHash, shard)}`, sk: 'FEATURES' }) as const;
  const load = async (shard: FeatureShard): Promise<SymbolFeatures[] | undefined> => {
    const found = bodyIfReadable(await ports.items.get(keyOf(shard)), SHARD);
    if (found === undefined) return undefined;
    try {
      // This very program wrote it below, by its `codeHash`, and the object's name is the hash of its bytes.
      return deserialize(await ports.objects.get(found.object)) as SymbolFeatures[];
    } catch (error) {
      if (isAppError(error, 'not_found') || isAppError(error, 'corrupt')) return undefined;
      throw error;
    }
  };
  return async (shards, onDone) => {
    const results: (readonly SymbolFeatures[] | undefined)[] = [];
    for (const shard of shards) {
      const kept = await load(shard);
      if (kept !== undefined) onDone(kept.length);
      results.push(kept);
    }
    const missing = shards.flatMap((_shard, index) => (results[index] === undefined ? [index] : []));
    const made = await base(
      missing.map((index) => shards[index]!),
      onDone,
    );
    for (const [place, index] of missing.entries()) {
      const features = made[place]!;
      const { key } = await ports.objects.put('stages/feature-shards', serialize(features), '.bin');
      const item = {
        ...keyOf(shards[index]!),
        v: SHARD.v,
        body: { object: key },
        expiresAtS: Math.floor(ports.clock.nowMs() / 1000) + KEEP_S,
      };
      await ports.items.put(item);
      results[index] = features;
    }
    return results as SymbolFeatures[][];
  };
}

function hashShard(codeHash: string, shard: FeatureShard): string {
  const hasher = makeHasher();
  hasher.update(codeHash);
  for (const { symbol, bars } of shard) {
    hasher.update(`\n${symbol}\n`);
    for (const [name, columns] of Object.entries(bars)) {
      hasher.update(name);
      if (columns === null) continue;
      for (const [field, column] of Object.entries(columns) as [string, Float64Array][]) {
        hasher.update(`${field} ${column.length} `);
        hasher.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
      }
    }
  }
  return hasher.hex();
}
