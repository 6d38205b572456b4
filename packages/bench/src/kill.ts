import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeSubscribers, startServer, type Subscriber } from './_served.ts';
import type { BenchResult } from './run.ts';

const RATE_PER_S = 200;
const TOKENS = 500;
const UPLOAD_BYTES = 32 * 1024 * 1024;
const LEAST_TURNS = 60;
const LONGEST_S = 180;
const GOAL_MS = 1000;

interface Turn {
  readonly setMs: number;
  /** From the first byte of the order to the answer that shows it. */
  readonly visibleMs: number;
}

/**
 * Turns the kill switch on and off over HTTP, and looks whether it shows, while a file of 32 MB is imported, a daily run goes on and
 * 200 requests a second are answered. Goal: set and visible within a second, each time.
 */
export async function run(): Promise<BenchResult> {
  // Before anything is measured: making it keeps this process, which sends the requests, from sending any.
  const file = heavyFile();
  const home = mkdtempSync(join(tmpdir(), 'aion-bench-kill-'));
  const { server, url } = await startServer({
    ...process.env,
    AION_HOME: home,
    AION_API_PORT: '0',
    AION_LOG_LEVEL: 'warn',
    AION_SIMULATED_SYMBOLS: '1000',
    AION_LIMITS: JSON.stringify({ address: { perSecond: 1e6, burst: 1e6 } }),
  });
  try {
    const [admin] = await makeSubscribers(home, 1, 'admin');
    const load = startLoad(url, await makeSubscribers(home, TOKENS));
    const quiet = await turnUntil(url, admin!, (turns) => turns.length < 20);
    let busy = 2;
    const done = (): void => void busy--;
    const upload = send(url, admin!, '/v1/admin/bhavcopy?name=bench.csv.gz', file, 'application/octet-stream');
    const imported = upload.finally(done);
    const ran = runAgain(url, admin!).finally(done);
    const begunMs = performance.now();
    const turns = await turnUntil(url, admin!, (made) => {
      const seconds = (performance.now() - begunMs) / 1000;
      return seconds < LONGEST_S && (busy > 0 || made.length < LEAST_TURNS);
    });
    const seconds = (performance.now() - begunMs) / 1000;
    const stillBusy = busy;
    const [importStatus] = await Promise.all([imported, ran]);
    const { requests, errors, firstError, p99Ms } = await load.stop();
    const rows = [row('with requests only', quiet), row('with import and daily run', turns)];
    const all = turns.map(({ visibleMs }) => visibleMs);
    const p100Ms = round(Math.max(...all));
    const result = {
      turns: turns.length,
      setP50Ms: round(
        quantile(
          turns.map(({ setMs }) => setMs),
          0.5,
        ),
      ),
      visibleP50Ms: round(quantile(all, 0.5)),
      visibleP99Ms: round(quantile(all, 0.99)),
      visibleP100Ms: p100Ms,
      goalP100Ms: GOAL_MS,
      reached: p100Ms <= GOAL_MS ? 'yes' : 'no',
      seconds: round(seconds),
      importAndRunUnderWayAtTheEnd: stillBusy,
      importStatus,
      requests,
      requestErrors: errors,
      requestP99Ms: round(p99Ms),
      ...(firstError === undefined ? {} : { firstError }),
    };
    return { table: rows, result };
  } finally {
    server.kill('SIGINT');
    await new Promise((resolve) => server.once('close', resolve));
    rmSync(home, { recursive: true, force: true });
  }
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!;
const row = (what: string, turns: readonly Turn[]) => ({
  what,
  turns: turns.length,
  setP50Ms: round(
    quantile(
      turns.map(({ setMs }) => setMs),
      0.5,
    ),
  ),
  visibleP50Ms: round(
    quantile(
      turns.map(({ visibleMs }) => visibleMs),
      0.5,
    ),
  ),
  visibleP100Ms: round(
    quantile(
      turns.map(({ visibleMs }) => visibleMs),
      1,
    ),
  ),
});

async function send(
  url: string,
  who: Subscriber,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  type: string,
): Promise<number> {
  const headers = { authorization: `Bearer ${who.token}`, 'content-type': type };
  const response = await fetch(url + path, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

async function turnUntil(url: string, admin: Subscriber, goOn: (made: readonly Turn[]) => boolean): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (let active = true; goOn(turns); active = !active) {
    const begunMs = performance.now();
    const body = JSON.stringify({ active, reason: 'the benchmark turns it' });
    const status = await send(url, admin, '/v1/kill', body, 'application/json');
    if (status !== 200) throw new Error(`the kill switch answered ${status}`);
    const setMs = performance.now() - begunMs;
    for (;;) {
      const response = await fetch(`${url}/v1/kill`, { headers: { authorization: `Bearer ${admin.token}` } });
      if (((await response.json()) as { active: boolean }).active === active) break;
    }
    turns.push({ setMs, visibleMs: performance.now() - begunMs });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return turns;
}

/** Starts a daily run of the session again and waits until it has ended. */
async function runAgain(url: string, admin: Subscriber): Promise<void> {
  const headers = { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' };
  const started = await fetch(`${url}/v1/pipeline/run-daily`, { method: 'POST', headers, body: '{}' });
  const { runId } = (await started.json()) as { runId: string };
  for (;;) {
    const response = await fetch(`${url}/v1/pipeline/runs/${runId}`, { headers });
    const { status } = (await response.json()) as { status: string };
    if (status !== 'running' && status !== 'queued') return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Requests at their due times, whether or not earlier ones were answered. */
function startLoad(url: string, subscribers: readonly Subscriber[]) {
  const latenciesMs: number[] = [];
  const pending = new Set<Promise<void>>();
  let [sent, errors] = [0, 0];
  let firstError: string | undefined;
  const startMs = performance.now();
  const one = async (n: number): Promise<void> => {
    const dueMs = startMs + (n * 1000) / RATE_PER_S;
    const { token } = subscribers[(n * 37) % subscribers.length]!;
    try {
      const response = await fetch(`${url}/v1/signals/latest`, { headers: { authorization: `Bearer ${token}` } });
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`status ${response.status}`);
      latenciesMs.push(performance.now() - dueMs);
    } catch (error) {
      errors++;
      firstError ??= String(error);
    }
  };
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startMs) * RATE_PER_S) / 1000);
    while (sent < due) {
      const request = one(sent++);
      pending.add(request);
      void request.finally(() => pending.delete(request));
    }
  }, 5);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      return { requests: sent, errors, firstError, p99Ms: quantile(latenciesMs, 0.99) };
    },
  };
}

/** As many rows as 32 MB hold packed: bars of made-up symbols, with digits that pack badly. */
function heavyFile(): Uint8Array<ArrayBuffer> {
  const parts = ['symbol,date,open,high,low,close,volume\n'];
  let packed = 0;
  const pieces: Uint8Array[] = [];
  for (let block = 0; packed < UPLOAD_BYTES * 0.97; block++) {
    for (let line = 0; line < 20_000; line++) {
      const draw = randomBytes(8);
      const low = 100 + draw.readUInt16LE(0) / 100;
      const [open, close, high] = [low + draw[2]! / 100, low + draw[3]! / 100, low + 2.56 + draw[4]! / 100];
      const day = String(1 + (line % 28)).padStart(2, '0');
      const symbol = `B${(block * 7 + line) % 5000}`;
      parts.push(
        `${symbol},2025-0${1 + (block % 9)}-${day},${open.toFixed(2)},${high.toFixed(2)},${low.toFixed(2)},${close.toFixed(2)},${draw.readUInt16LE(5) * 13}\n`,
      );
    }
    const piece = gzipSync(parts.splice(0).join(''), { level: 1 });
    if (packed + piece.length > UPLOAD_BYTES) break;
    pieces.push(piece);
    packed += piece.length;
  }
  // Members of one gzip file, as `cat a.gz b.gz` makes it.
  return new Uint8Array(Buffer.concat(pieces));
}
