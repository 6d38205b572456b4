import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { makeRng } from '@aion/core';
import { loadCalendar, readManifest } from '@aion/market';
import { composeEmbedded, loadConfig } from '@aion/runtime';
import type { BackfillReport } from '@aion/jobs/sources';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startVendorServer, type VendorServer } from '../packages/adapters/test/vendor-server.ts';
import { nseRoutes } from '../packages/adapters/test/vendor-shapes.ts';
import { backfill } from './backfill-process.ts';
import { newFolder, removeFolders } from './embedded-home.ts';

const script = fileURLToPath(new URL('./backfill-process.ts', import.meta.url));
const RANGE = ['2026-01-01', '2026-02-27'] as const;
let server: VendorServer;
beforeAll(async () => {
  server = await startVendorServer();
  server.routes.push(...nseRoutes);
});
afterAll(async () => {
  await server.close();
  removeFolders();
});

const isFile = (path: string): boolean => path.endsWith('.zip');

/** Runs a backfill in a process of its own and sends it a signal once the vendor was asked for so many files. */
function stopped(home: string, killAfter: number, how: NodeJS.Signals): Promise<BackfillReport | 'killed'> {
  const { MODE: _mode, ...inherited } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, home, server.url, ...RANGE], {
      env: inherited,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const before = server.requests.length;
    const watch = setInterval(() => {
      const asked = server.requests.slice(before).filter(({ path }) => isFile(path)).length;
      if (asked < killAfter) return;
      clearInterval(watch);
      child.kill(how);
    }, 2);
    let text = '';
    child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearInterval(watch);
      if (signal === 'SIGKILL') resolve('killed');
      else if (code === 0) resolve(JSON.parse(text) as BackfillReport);
      else reject(new Error(`the backfill ended with ${code}: ${text}`));
    });
  });
}

async function lakeOf(home: string): Promise<{ hash: string; sessions: number }> {
  const embedded = composeEmbedded(loadConfig({ AION_HOME: home, AION_LOG_LEVEL: 'silent' }, home));
  const { hash, objects } = await readManifest(embedded.ingest, 'NSE');
  embedded.close();
  return { hash, sessions: objects.reduce((sum, object) => sum + object.rows, 0) };
}

it('a backfill that is interrupted and then killed completes to the lake of one that ran through, and asks for few files twice', async () => {
  const sessions = loadCalendar('NSE').sessionsBetween(...RANGE).length;
  const whole = newFolder('backfill-whole');
  expect(await backfill(whole, server.url, ...RANGE)).toMatchObject({ stored: sessions, failed: [] });
  server.requests.length = 0;

  const killed = newFolder('backfill-killed');
  const rng = makeRng('backfill-kill');
  // Ctrl-C ends it in order: what was downloaded is stored, nothing counts as failed.
  expect(await stopped(killed, 3 + rng.int(6), 'SIGINT')).toMatchObject({ interrupted: true, failed: [], refused: [] });
  expect(await stopped(killed, 9 + rng.int(6), 'SIGKILL')).toBe('killed');
  const asked = server.requests.filter(({ path }) => isFile(path)).length;
  // The guard of this test: what was killed was in the middle.
  expect(asked).toBeGreaterThan(8);
  expect(asked).toBeLessThan(sessions);

  // Another process than the killed one: this.
  const last = await backfill(killed, server.url, ...RANGE);
  expect(last).toMatchObject({ sessions, failed: [], refused: [], interrupted: false });
  expect(await lakeOf(killed)).toEqual(await lakeOf(whole));
  // At most the one file in flight at each end is asked for again.
  expect(server.requests.filter(({ path }) => isFile(path)).length).toBeLessThanOrEqual(sessions + 2);
});
