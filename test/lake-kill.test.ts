import { spawn } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { makeRng } from '@aion/core';
import { commitBars, compactLake, readManifest, verifyLake } from '@aion/market';
import { afterAll, expect, it } from 'vitest';
import { newFolder, removeFolders } from './embedded-home.ts';
import { barsOfDays, openLake } from './lake-writer.ts';

const writer = fileURLToPath(new URL('./lake-writer.ts', import.meta.url));
const compileCache = fileURLToPath(new URL('../node_modules/.cache/aion-compile', import.meta.url));
const LAKES = 3;
const KILLS_EACH = 7;
const LONGEST_MS = 300;
afterAll(removeFolders);

/** Lets a writer work on a lake for a while and kills it. Gives the number of days of its last whole commit. */
function killWriter(folder: string, afterMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, folder], {
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (bytes: Buffer) => {
      if (text === '') setTimeout(() => child.kill('SIGKILL'), afterMs);
      text += bytes.toString();
    });
    child.once('error', reject);
    child.once('close', (_code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`the writer ended by itself: ${text}`));
      // The last line may be cut off: only what ends in a line end was said.
      else resolve(Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1)) || 0);
    });
  });
}

it('a writer that is killed at any moment leaves the lake as it was before or after its commit, never between', async () => {
  const rng = makeRng('lake-kill');
  let most = 0;
  const states: number[][] = await Promise.all(
    Array.from({ length: LAKES }, async (_, lake) => {
      const folder = newFolder(`lake-kill-${lake}`);
      const own = rng.fork(String(lake));
      const seen: number[] = [];
      for (let kill = 0; kill < KILLS_EACH; kill++) {
        const said = await killWriter(folder, own.int(LONGEST_MS));
        const ports = openLake(folder);
        const manifest = await readManifest(ports, 'NSE');
        const report = await verifyLake(ports, manifest);
        const days = manifest.sessionDays.length;
        expect(report.problems).toEqual([]);
        // What was said is there; what was on its way came whole or not at all.
        expect(days).toBeGreaterThanOrEqual(Math.max(said, seen.at(-1) ?? 0));
        if (said > 0) expect(days).toBeLessThanOrEqual(said + 1);
        expect(report.rows).toBe(days * 4);
        expect(await hashOfDays(days)).toBe(manifest.hash);
        ports.close();
        seen.push(days);
        most = Math.max(most, days);
      }
      return seen;
    }),
  );
  expect(states.flat()).toHaveLength(LAKES * KILLS_EACH);
  expect(most).toBeGreaterThan(5);
});

it('two writers at once, and one who joins what they wrote, lose no bar', async () => {
  const folder = newFolder('lake-two');
  const writers = [0, 1].map(() => openLake(folder));
  const work = { isDone: false };
  const join = async (): Promise<number> => {
    const ports = openLake(folder);
    let joined = 0;
    while (!work.isDone) {
      joined += (await compactLake(ports, 'NSE', 'daily', { today: 30_000 })).length;
      // Where there is nothing to join nothing is waited for, and the writers would never have their turn.
      await nextTurn();
    }
    ports.close();
    return joined;
  };
  const joining = join();
  const commitAll = writers.map(async (ports, writer) => {
    for (let day = 0; day < 12; day++) await commitBars(ports, 'NSE', 'daily', barsOfDays(2 * day + writer, 1));
  });
  await Promise.all(commitAll).finally(() => (work.isDone = true));
  expect(await joining).toBeGreaterThan(0);
  const manifest = await readManifest(writers[0]!, 'NSE');
  expect((await verifyLake(writers[0]!, manifest)).problems).toEqual([]);
  expect(manifest.hash).toBe(await hashOfDays(24));
  for (const ports of writers) ports.close();
});

const hashes = new Map<number, string>();
/** The hash of a lake that was given the same days at once, undisturbed. */
async function hashOfDays(days: number): Promise<string> {
  const known = hashes.get(days);
  if (known !== undefined) return known;
  const ports = openLake(newFolder('lake-whole'));
  await commitBars(ports, 'NSE', 'daily', barsOfDays(0, days));
  const { hash } = await readManifest(ports, 'NSE');
  ports.close();
  hashes.set(days, hash);
  return hash;
}
