import { parentPort, workerData } from 'node:worker_threads';
import type { DailyBars } from '@aion/market';
import { blockFile, makeBlockWriter, type FeatureSetFrame, type OwnReferences } from './feature-set-block.ts';

/** Runs in a worker thread: one block of instruments in, one file out. */
const write = makeBlockWriter(workerData as FeatureSetFrame);
parentPort!.on(
  'message',
  ({ index, instruments, own }: { index: number; instruments: readonly DailyBars[]; own: OwnReferences }) => {
    parentPort!.postMessage({ index, block: write(blockFile(index), instruments, own) });
  },
);
