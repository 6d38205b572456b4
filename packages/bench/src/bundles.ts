import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
// @ts-expect-error: a script without types
import { buildFunctions } from '../../../scripts/build-functions.mjs';
import type { BenchResult } from './run.ts';

const STARTS = 9;
const GOAL_API_MS = 150;
const GOAL_API_BYTES = 5 * 1024 * 1024;

interface Built {
  readonly kind: string;
  readonly name: string;
  readonly outfile: string;
  readonly bytes: number;
}

/** Size of each function's bundle, and how long a fresh process takes to load it: a cold start's share of our code. */
export async function run(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'aion-bench-bundles-'));
  try {
    const built = (
      (await buildFunctions({ outdir: folder, platform: `${process.platform}/${process.arch}` })) as Built[]
    ).filter(({ kind }) => kind === 'functions');
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, '');
    // An empty module is loaded in turn with each bundle: what a machine that is busy adds shows there too.
    const table = built.map(({ name, bytes, outfile }) => {
      const times = Array.from({ length: STARTS }, () => ({
        own: loadMs(folder, outfile),
        empty: loadMs(folder, empty),
      }));
      const own = median(times.map((time) => time.own));
      const base = median(times.map((time) => time.empty));
      return {
        name,
        kilobytes: Math.round(bytes / 1024),
        loadMs: Math.round(own),
        emptyMs: Math.round(base * 10) / 10,
      };
    });
    const api = table.find(({ name }) => name === 'api')!;
    return {
      table,
      result: {
        apiKilobytes: api.kilobytes,
        apiLoadMs: api.loadMs,
        goalApiLoadMs: GOAL_API_MS,
        goalApiKilobytes: GOAL_API_BYTES / 1024,
        slowestLoadMs: Math.max(...table.map((row) => row.loadMs)),
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from before to after the import of a file, in a process of its own. */
function loadMs(folder: string, file: string): number {
  const script = join(folder, 'load.mjs');
  writeFileSync(
    script,
    `const started = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); process.stdout.write(String(performance.now() - started)); process.exit(0);`,
  );
  const { stdout, status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} cannot be loaded: ${stderr}`);
  return Number(stdout);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
