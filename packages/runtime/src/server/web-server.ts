import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@aion/core';
import { freePort } from './api-server.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const webFolder = join(root, 'web');
const MARK = join(webFolder, '.next', 'aion-build-hash');
const READY_MS = 60_000;

const nextCli = (): string => createRequire(join(webFolder, 'package.json')).resolve('next/dist/bin/next');
const webEnvironment = { NEXT_TELEMETRY_DISABLED: '1' };

/** What the site's build follows from: its sources, the contracts and the lock. */
export function webSourceHash(): string {
  const hash = createHash('sha256');
  const add = (path: string): void => void hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  for (const folder of ['web/src', 'web/public', 'packages/contracts/src']) {
    if (!existsSync(join(root, folder))) continue;
    const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    for (const file of files.map((entry) => join(entry.parentPath, entry.name).slice(root.length)).sort()) add(file);
  }
  for (const file of ['web/package.json', 'web/next.config.ts', 'package-lock.json']) add(file);
  return hash.digest('hex');
}

export const isWebBuilt = (): boolean => existsSync(MARK) && readFileSync(MARK, 'utf8') === webSourceHash();

/** Builds the site when its sources changed since the last build. Throws AppError(unavailable) with the end of the build's output. */
export async function buildWeb(): Promise<{ built: boolean; milliseconds: number }> {
  if (isWebBuilt()) return { built: false, milliseconds: 0 };
  const startedMs = performance.now();
  const output: string[] = [];
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, [nextCli(), 'build'], {
      cwd: webFolder,
      env: { ...process.env, ...webEnvironment, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => output.push(bytes.toString()));
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0)
    throw new AppError('unavailable', `the site could not be built (exit ${code}):\n${output.join('').slice(-3000)}`);
  writeFileSync(MARK, webSourceHash());
  return { built: true, milliseconds: Math.round(performance.now() - startedMs) };
}

export interface RunningWeb {
  readonly url: string;
  readonly child: ChildProcess;
  close(): Promise<void>;
}

/** Starts the built site against an API and waits until it answers. */
export async function serveWeb(options: { apiUrl: string; host: string; port: number }): Promise<RunningWeb> {
  const port = await freePort(options.port === 0 ? 3300 : options.port, options.host);
  const child = spawn(process.execPath, [nextCli(), 'start', '--port', String(port), '--hostname', options.host], {
    cwd: webFolder,
    env: { ...process.env, ...webEnvironment, NODE_ENV: 'production', AION_API_URL: options.apiUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      if (output.length < 200) output.push(bytes.toString());
    });
  }
  const url = `http://${options.host}:${port}`;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const deadline = performance.now() + READY_MS;
  while (!(await answers(`${url}/login`))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new AppError('unavailable', `the site did not start:\n${output.join('').slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return {
    url,
    child,
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5000) })).status < 500;
  } catch (error) {
    // Not listening yet; anything else ends in the deadline with the site's own output.
    if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) return false;
    throw error;
  }
}
