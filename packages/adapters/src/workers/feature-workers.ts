import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { computeFeatureShard, type FeatureShard, type FeatureWorkers, type SymbolFeatures } from '@aion/pipeline';

/** Features on `count` worker threads, or on this thread for 1. The results are the same and in the same order. */
export function makeFeatureWorkers(count: number): FeatureWorkers {
  return count <= 1 ? onThisThread : (shards, onDone) => onThreads(count, shards, onDone);
}

const onThisThread: FeatureWorkers = async (shards, onDone) => {
  const results: SymbolFeatures[][] = [];
  for (const shard of shards) {
    results.push(computeFeatureShard(shard));
    onDone(shard.length);
    // Lets leases and progress be written between shards.
    await nextTurn();
  }
  return results;
};

async function onThreads(
  count: number,
  shards: readonly FeatureShard[],
  onDone: (symbols: number) => void,
): Promise<SymbolFeatures[][]> {
  const results: SymbolFeatures[][] = [];
  let next = 0;
  const work = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const give = (): void => {
        const index = next++;
        const shard = shards[index];
        if (shard === undefined) resolve();
        else worker.postMessage({ index, shard });
      };
      worker.on('message', ({ index, features }: { index: number; features: SymbolFeatures[] }) => {
        results[index] = features;
        onDone(features.length);
        give();
      });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`a feature worker ended early with exit code ${code}`)));
      give();
    });
  const workers = Array.from(
    { length: Math.min(count, shards.length) },
    () => new Worker(new URL('./feature-worker.ts', import.meta.url)),
  );
  try {
    await Promise.all(workers.map(work));
    return results;
  } finally {
    for (const worker of workers) worker.removeAllListeners('exit');
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
