import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { makeRng } from '@aion/core';
import { commitBars, readManifest, verifyLake } from '@aion/market';
import { afterAll, expect, it } from 'vitest';
import { newFolder, removeFolders } from './embedded-home.ts';
import { barsOfDays, openLake } from './lake-writer.ts';

const writer = fileURLToPath(new URL('./lake-writer.ts', import.meta.url));
const MOST_COMMITS = 6;

/** After how many lines of the writer it is killed, and how much of the time that its last commit took passes before. */
interface Moment {
  readonly lines: number;
  readonly frac: number;
}

/** Lets a writer work on a lake for a while and kills it. Gives the number of days of its last whole commit. */
function killWriter(folder: string, { lines, frac }: Moment): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    let said = 0;
    let saidMs = performance.now();
    child.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      const before = saidMs;
      saidMs = performance.now();
      if (said < lines && (said = text.split('\n').length - 1) >= lines)
        setTimeout(() => child.kill('SIGKILL'), frac * (saidMs - before));
    });
    child.once('error', reject);
    child.once('close', (_code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`the writer ended by itself: ${text}`));
      // The last line may be cut off: only what ends in a line end was said.
      else resolve(Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1)) || 0);
    });
  });
}

/** Tests that writers which are killed at any moment, one after the other on each lake, leave it whole. */
export function testKilledWriters({ lakes, killsEach }: { lakes: number; killsEach: number }): void {
  afterAll(removeFolders);

  it('a writer that is killed at any moment leaves the lake as it was before or after its commit, never between', async () => {
    const rng = makeRng('lake-kill');
    const states: number[][] = await Promise.all(
      Array.from({ length: lakes }, async (_, lake) => {
        const folder = newFolder(`lake-kill-${lake}`);
        const own = rng.fork(String(lake));
        const seen: number[] = [];
        for (let kill = 0; kill < killsEach; kill++) {
          // The first line says that it begins.
          const said = await killWriter(folder, { lines: 1 + own.int(MOST_COMMITS), frac: own.next() });
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
        }
        return seen;
      }),
    );
    expect(states.flat()).toHaveLength(lakes * killsEach);
    expect(Math.max(...states.flat())).toBeGreaterThan(5);
  });
}

const hashes = new Map<number, string>();
/** The hash of a lake that was given the same days at once, undisturbed. */
export async function hashOfDays(days: number): Promise<string> {
  const known = hashes.get(days);
  if (known !== undefined) return known;
  const ports = openLake(newFolder('lake-whole'));
  await commitBars(ports, 'NSE', 'daily', barsOfDays(0, days));
  const { hash } = await readManifest(ports, 'NSE');
  ports.close();
  hashes.set(days, hash);
  return hash;
}
