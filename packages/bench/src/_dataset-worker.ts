// The second thread of the dataset's bench: reads its share of the symbols, is told where its rows begin, and fills them.
import { parentPort, workerData } from 'node:worker_threads';
import { fillShare, readShare, rowsOf } from './dataset/share.ts';

const { folder, share, of } = workerData as { folder: string; share: number; of: number };
const bars = await readShare(folder, share, of);
parentPort!.postMessage({ rows: rowsOf(bars) });
parentPort!.once('message', ({ matrix, row }: { matrix: SharedArrayBuffer; row: number }) => {
  fillShare(bars, new Float32Array(matrix), row);
  parentPort!.postMessage({ done: true });
});
