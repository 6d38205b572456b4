import { parentPort, workerData } from 'node:worker_threads';
import type { DailyBars } from '@aion/market';
import { blockFile, makeBlockWriter, type FeatureSetFrame } from './feature-set-block.ts';

/** Runs in a worker thread: one block of instruments in, one file out. */
const write = makeBlockWriter(workerData as FeatureSetFrame);
parentPort!.on('message', ({ index, instruments }: { index: number; instruments: readonly DailyBars[] }) => {
  parentPort!.postMessage({ index, block: write(blockFile(index), instruments) });
});
