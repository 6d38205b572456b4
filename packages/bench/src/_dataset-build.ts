// Builds the training matrix from the lake of a folder in a process of its own, on two threads: nothing is decoded before.
// Arguments: FOLDER. Prints the times and the largest difference of a sample from plain loops as one JSON line.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { makeRng } from '@aion/core';
import { FACTORS, WARM_UP } from './dataset/factors.ts';
import { plainFactors } from './dataset/plain-factors.ts';
import { fillShare, readShare, rowsOf } from './dataset/share.ts';

const SAMPLE = 400;
const folder = process.argv[2]!;
const started = performance.now();
const worker = new Worker(new URL('./_dataset-worker.ts', import.meta.url), {
  workerData: { folder, share: 1, of: 2 },
});
const workersRows = once(worker, 'message') as Promise<[{ rows: number }]>;
const bars = await readShare(folder, 0, 2);
const read = performance.now();
const own = rowsOf(bars);
const [{ rows: others }] = await workersRows;
const rows = own + others;
const shared = new SharedArrayBuffer(rows * FACTORS.length * Float32Array.BYTES_PER_ELEMENT);
const matrix = new Float32Array(shared);
const filled = once(worker, 'message');
worker.postMessage({ matrix: shared, row: own });
const firstRows = fillShare(bars, matrix, 0);
await filled;
const built = performance.now();
await worker.terminate();

const allBars = [...bars, ...(await readShare(folder, 1, 2))];
let next = own;
for (const one of allBars.slice(bars.length)) {
  firstRows.push(next);
  next += rowsOf([one]);
}
const rng = makeRng('dataset-sample');
let worst = 0;
for (let n = 0; n < SAMPLE; n++) {
  const symbol = rng.int(allBars.length);
  const i = WARM_UP + rng.int(allBars[symbol]!.close.length - WARM_UP);
  const at = (firstRows[symbol]! + i - WARM_UP) * FACTORS.length;
  plainFactors(allBars[symbol]!, i).forEach((expected, factor) => {
    const difference = Math.abs(matrix[at + factor]! - expected) / Math.max(1, Math.abs(expected));
    // A factor that is no number differs from everything.
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  });
}
process.stdout.write(
  `${JSON.stringify({
    rows,
    readMs: Math.round(read - started),
    buildMs: Math.round(built - started),
    worst: Number.isFinite(worst) ? worst : 'not a number',
    sample: SAMPLE * FACTORS.length,
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
  })}\n`,
);
