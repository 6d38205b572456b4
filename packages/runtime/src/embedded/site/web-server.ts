import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@aion/core';
import { reachedAt } from '../server/hosts.ts';
import { freePort, type WantedPort } from '../server/ports.ts';
import { siteEnvironment } from './site-environment.ts';
import { supervise, type RunningPart, type SuperviseOptions } from './supervise.ts';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const webFolder = join(root, 'web');
const MARK = join(webFolder, '.next', 'aion-build-hash');
const READY_MS = 60_000;
/** What the site says when it has its port. */
const LISTENS = 'the site listens';

const nextCli = (): string => createRequire(join(webFolder, 'package.json')).resolve('next/dist/bin/next');
/** Next behind the site's own door. */
const SITE_SERVER = join(webFolder, 'src', 'server', 'serve-site.ts');
const END_WITH_PARENT = fileURLToPath(new URL('./end-with-parent.ts', import.meta.url));
/** Where the site looks for a port when any will do. */
const ANY_PORT: WantedPort = { port: 3300, mayMove: true, setBy: 'AION_WEB_PORT' };
/** Of what the site prints, for whoever asks why it ended. */
const KEPT_CHUNKS = 200;

/** SHA-256 over what the site's build follows from: its sources, what it imports of the packages, and the lock file. */
export function webSourceHash(): string {
  const hash = createHash('sha256');
  const add = (path: string): void => void hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  for (const folder of ['web/src', 'web/public', 'packages/contracts/src', 'packages/core/src']) {
    if (!existsSync(join(root, folder))) continue;
    const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    for (const file of files.map((entry) => join(entry.parentPath, entry.name).slice(root.length)).sort()) add(file);
  }
  for (const file of ['web/package.json', 'web/next.config.ts', 'package-lock.json']) add(file);
  return hash.digest('hex');
}

/** Whether the site was built from the sources that are there now. */
export const isWebBuilt = (): boolean => existsSync(MARK) && readFileSync(MARK, 'utf8') === webSourceHash();

/** Builds the site when its sources changed since the last build. Throws AppError(unavailable) with the end of the build's output. */
export async function buildWeb(): Promise<{ built: boolean; milliseconds: number }> {
  if (isWebBuilt()) return { built: false, milliseconds: 0 };
  const startedMs = performance.now();
  const output: string[] = [];
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, [nextCli(), 'build'], {
      cwd: webFolder,
      env: siteEnvironment(process.env),
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

export interface RunningWeb extends RunningPart {
  readonly url: string;
}

export interface WebOptions {
  readonly apiUrl: string;
  readonly host: string;
  readonly port: WantedPort;
  /** What the site is told beside the API's address. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Another program may take a port between the look and the start. */
const START_TRIES = 5;

/** Starts the built site against an API and waits until it answers. It ends with this process, however that ends. */
export async function serveWeb(options: WebOptions): Promise<RunningWeb> {
  const wanted = options.port.port === 0 ? ANY_PORT : options.port;
  for (let tries = 1; ; tries++) {
    const started = await startWeb(options, await freePort(wanted, options.host));
    if (!('failed' in started)) return started;
    if (!wanted.mayMove || tries === START_TRIES || !started.failed.includes('EADDRINUSE'))
      throw new AppError('unavailable', `the site did not start:\n${started.failed}`);
  }
}

async function startWeb(
  { apiUrl, host, environment }: WebOptions,
  port: number,
): Promise<RunningWeb | { readonly failed: string }> {
  const start = [SITE_SERVER, '--port', String(port), '--hostname', host];
  const child = spawn(process.execPath, [END_WITH_PARENT, ...start], {
    cwd: webFolder,
    env: { ...siteEnvironment(process.env), AION_API_URL: apiUrl, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      output.push(bytes.toString());
      if (output.length > KEPT_CHUNKS) output.shift();
    });
  }
  const said = (): string => output.join('').slice(-2000);
  const url = `http://${reachedAt(host)}:${port}`;
  let gone = false;
  const ended = new Promise<string>((resolve) => {
    const end = (): void => {
      gone = true;
      resolve(said());
    };
    child.once('exit', end).once('error', end);
  });
  const deadline = performance.now() + READY_MS;
  // Its own word first: on a port that it did not get another server may answer.
  while (!said().includes(LISTENS) || !(await answers(`${url}/login`))) {
    if (gone || performance.now() > deadline) {
      child.kill('SIGKILL');
      return { failed: said() };
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return {
    url,
    ended,
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Serves the site and starts it again alone, on its port, when it ends: the API and what runs beside it go on. */
export async function keepSiteUp(
  options: WebOptions,
  supervision: SuperviseOptions,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  let held: number | undefined;
  const { first, close } = await supervise(async () => {
    const port = held === undefined ? options.port : { ...options.port, port: held, mayMove: false };
    const site = await serveWeb({ ...options, port });
    held = Number(new URL(site.url).port);
    return site;
  }, supervision);
  return { url: first.url, close };
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
