import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { AnotherOptions, CommandOptions, CommandResult, PrintedLogin, Product, Target } from './attack.ts';

const cli = fileURLToPath(new URL('../../functions/cli/src/aion.ts', import.meta.url));
/** Building the site is part of a first start. */
const START_MS = 300_000;
const STOP_MS = 30_000;
/** The last line of a start. */
const READY = 'Stop with Ctrl+C';
const SMALL = { AION_SIMULATED_SYMBOLS: '40', AION_SIMULATED_SESSIONS: '300', AION_LOG_LEVEL: 'warn' };

type Environment = Readonly<Record<string, string | undefined>>;

/** What a product of an attack sees of this process's environment: nothing that would configure it. */
function environmentOf(home: string, given: Environment = {}): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AION_') && name !== 'MODE');
  const all = { ...Object.fromEntries(inherited), ...SMALL, AION_HOME: home, AION_API_PORT: '0', AION_WEB_PORT: '0' };
  return Object.fromEntries(
    Object.entries({ ...all, ...given }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

interface StartOptions {
  readonly home: string;
  readonly withSite: boolean;
  readonly args?: readonly string[];
  readonly environment?: Environment;
}

/** Starts `aion start` and waits for the last line that it prints. */
async function startProduct({ home, withSite, args = [], environment }: StartOptions): Promise<Product> {
  const child = spawn(process.execPath, [cli, 'start', '--frozen', ...(withSite ? [] : ['--no-web']), ...args], {
    env: environmentOf(home, environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the product was not ready after ${START_MS / 1000} s:\n${printed}`));
    }, START_MS);
    const look = (bytes: Buffer): void => {
      printed += bytes.toString();
      if (!printed.includes(READY)) return;
      clearTimeout(late);
      resolve();
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(late);
      reject(new Error(`the product ended with ${code ?? signal} before it was ready:\n${printed}`));
    });
  });
  return {
    siteUrl: withSite ? urlIn(printed, 'Site') : '',
    apiUrl: urlIn(printed, 'API'),
    home,
    pid: child.pid!,
    logins: loginsIn(printed),
    get printed() {
      return printed;
    },
    stop: (signal = 'SIGTERM') => stopChild(child, signal),
  };
}

async function stopChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  child.kill(signal);
  await ended;
  clearTimeout(late);
}

function urlIn(printed: string, name: string): string {
  const found = new RegExp(`^ +${name} +(https?://\\S+)`, 'm').exec(printed)?.[1];
  if (found === undefined) throw new Error(`the start printed no address of the ${name}:\n${printed}`);
  return new URL(found).origin;
}

function loginsIn(printed: string): PrintedLogin[] {
  return [...printed.matchAll(/^ +(\S+) +(\S+@\S+) +(\S+)$/gm)].map(([, label, email, password]) => ({
    label: label!,
    email: email!,
    password: password!,
  }));
}

/** A home as another process may open it: files as they are, databases by a copy that is whole although the first goes on writing. */
function copyHome(from: string, to: string): void {
  const isDatabase = (name: string): boolean => /\.db(-wal|-shm)?$/.test(name);
  cpSync(from, to, { recursive: true, filter: (path) => !isDatabase(path) });
  for (const name of readdirSync(from).filter((file) => file.endsWith('.db'))) {
    const source = new DatabaseSync(join(from, name), { readOnly: true });
    source.prepare('VACUUM INTO ?').run(join(to, name));
    source.close();
  }
}

function runCommand(home: string, args: readonly string[], environment?: Environment): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], {
      env: environmentOf(home, environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** The product that attacks go against, and what they may make of their own beside it. `close` ends and removes all of it. */
export interface Range {
  readonly target: Target;
  /** Starts the product again where an attack has ended it. */
  whole(): Promise<void>;
  close(): Promise<void>;
}

export async function openRange(): Promise<Range> {
  const root = mkdtempSync(join(tmpdir(), 'aion-attack-'));
  const started: Product[] = [];
  const start = async (options: StartOptions): Promise<Product> => {
    const product = await startProduct(options);
    started.push(product);
    return product;
  };
  const close = async (): Promise<void> => {
    await Promise.all(started.splice(0).map((product) => product.stop()));
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const home = join(root, 'home');
    mkdirSync(home, { mode: 0o700 });
    let made = 0;
    const folder = (name: string): string => {
      const path = join(root, `${name}-${++made}`);
      mkdirSync(path, { mode: 0o700 });
      return path;
    };
    let product = await start({ home, withSite: true });
    const target: Target = {
      get siteUrl() {
        return product.siteUrl;
      },
      get apiUrl() {
        return product.apiUrl;
      },
      home,
      get pid() {
        return product.pid;
      },
      get logins() {
        return product.logins;
      },
      get printed() {
        return product.printed;
      },
      stop: (signal) => product.stop(signal),
      command: (args, options: CommandOptions = {}) => runCommand(options.home ?? home, args, options.environment),
      async another(options: AnotherOptions = {}) {
        let own = options.home;
        if (own === undefined) copyHome(home, (own = folder('another')));
        return start({ withSite: false, ...options, home: own });
      },
      folder,
    };
    return {
      target,
      async whole() {
        try {
          process.kill(product.pid, 0);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
          product = await start({ home, withSite: true });
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
