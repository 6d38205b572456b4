import { parentPort } from 'node:worker_threads';
import { computeFeatureShard, type FeatureShard } from '@aion/pipeline';

/** Runs in a worker thread: one shard in, its features out. Pure arithmetic; no runtime that minds threads is loaded here. */
parentPort!.on('message', ({ index, shard }: { index: number; shard: FeatureShard }) => {
  parentPort!.postMessage({ index, features: computeFeatureShard(shard) });
});
