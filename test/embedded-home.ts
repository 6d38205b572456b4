import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromEpochDay, makeRng, makeTurns } from '@aion/core';
import { simulateMarket, type BarTable, type SimulatedMarket } from '@aion/market';
import { composeEmbedded, loadConfig, prepareSimulatedMarket, type Embedded } from '@aion/runtime';
import type { Actor } from '@aion/jobs';
import { executeRun, prepareRun } from '@aion/jobs/runs';
import type { RunRecord } from '@aion/pipeline';
import { runCommandLine } from '../functions/cli/src/command-line.ts';

/** Who starts runs in tests. */
export const TESTER: Actor = { kind: 'operator', name: 'test' };

export const cli = fileURLToPath(new URL('../functions/cli/src/aion.ts', import.meta.url));
const made: string[] = [];

export function newFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `aion-${name}-`));
  made.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A small market: large enough for signals on both sides, small enough for a run in half a second. */
export const SMALL = {
  AION_SIMULATED_SYMBOLS: '40',
  AION_SIMULATED_SESSIONS: '320',
  // A thread takes longer to start than the features of this market do.
  AION_WORKERS: '1',
  AION_LOG_LEVEL: 'silent',
  // Never that of whoever runs the tests.
  AION_BACKUP_KEY_FILE: join(tmpdir(), 'aion-tests', 'backup.key'),
};

/** More symbols than the features of one shard are computed for. */
export const TWO_SHARDS = { AION_SIMULATED_SYMBOLS: '80' };

export function openHome(home: string, environment: Record<string, string> = {}): Embedded {
  return composeEmbedded(loadConfig({ ...SMALL, AION_HOME: home, ...environment }, process.cwd()));
}

/** Homes that hold a simulated market and nothing else, by its size: made once in a process, and only copied from. */
const markets = new Map<string, Promise<string>>();

async function makeMarket(size: Record<string, string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'aion-market-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const embedded = openHome(folder, size);
  await prepareSimulatedMarket(embedded);
  embedded.close();
  return folder;
}

export async function simulatedHome(name: string, environment: Record<string, string> = {}): Promise<Embedded> {
  const { AION_SIMULATED_SYMBOLS, AION_SIMULATED_SESSIONS } = { ...SMALL, ...environment };
  const size = { AION_SIMULATED_SYMBOLS, AION_SIMULATED_SESSIONS };
  const key = JSON.stringify(size);
  const market = markets.get(key) ?? makeMarket(size);
  markets.set(key, market);
  const folder = newFolder(name);
  cpSync(await market, folder, { recursive: true });
  return openHome(folder, environment);
}

export async function daily(
  embedded: Embedded,
  options: { sessionDate?: string; workers?: number } = {},
): Promise<RunRecord> {
  const { sessionDate, workers } = options;
  const run = await prepareRun(embedded, {
    kind: 'daily',
    actor: TESTER,
    ...(sessionDate === undefined ? {} : { sessionDate }),
  });
  return executeRun(embedded, run, workers === undefined ? {} : { workers });
}

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stdout as JSON. */
  json<T = Record<string, unknown>>(): T;
}

const resultOf = (code: number | null, signal: NodeJS.Signals | null, stdout: string, stderr: string): CliResult => ({
  code,
  signal,
  stdout,
  stderr,
  json: <T>() => {
    const line = stdout.trimEnd().split('\n').at(-1) ?? '';
    if (!line.startsWith('{')) throw new Error(`no JSON line in:\n${stdout}\n${stderr}`);
    return JSON.parse(line) as T;
  },
});

/** What the command line sees of the environment: the test runner sets MODE for itself. */
function environmentOf(home: string, given: Record<string, string>): NodeJS.ProcessEnv {
  const { MODE: _mode, ...inherited } = process.env;
  return { ...inherited, ...SMALL, AION_HOME: home, ...given };
}

/** Takes what is written to a stream instead of it, until the end. */
function listenTo(stream: NodeJS.WriteStream): { readonly text: string; end(): void } {
  const { write } = stream;
  let text = '';
  stream.write = (chunk: string | Uint8Array) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  return {
    get text() {
      return text;
    },
    end: () => void (stream.write = write),
  };
}

const inTurn = makeTurns();

/** Runs the command line in this process, one command after the other: environment and output are the process's own. */
export function runCli(
  home: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<CliResult> {
  return inTurn(async () => {
    const before = { env: process.env, exitCode: process.exitCode, umask: process.umask(0o077) };
    const [stdout, stderr] = [listenTo(process.stdout), listenTo(process.stderr)];
    process.env = environmentOf(home, environment);
    process.exitCode = undefined;
    try {
      await runCommandLine(args);
      return resultOf(Number(process.exitCode ?? 0), null, stdout.text, stderr.text);
    } finally {
      stdout.end();
      stderr.end();
      process.env = before.env;
      process.exitCode = before.exitCode;
      process.umask(before.umask);
    }
  });
}

/** Runs the command line in a process of its own, for what ends it or for what another process must be in the way of. */
export function spawnCli(
  home: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], {
      env: environmentOf(home, environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(resultOf(code, signal, stdout, stderr)));
  });
}

export function smallMarket(symbols = 60, sessions = 320): SimulatedMarket {
  return simulateMarket({ rng: makeRng('csv-market'), symbols, sessions, asOf: '2026-02-27' });
}

/** The rows of a table as plain CSV lines without the header. */
export function csvLines(table: BarTable): string[] {
  return Array.from(table.close, (close, row) =>
    [
      table.symbols[table.symbolIndex[row]!],
      fromEpochDay(table.sessionDay[row]!),
      table.open[row],
      table.high[row],
      table.low[row],
      close,
      table.volumeShares[row],
    ].join(','),
  );
}

export const CSV_HEADER = 'symbol,date,open,high,low,close,volume';
