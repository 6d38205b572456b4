import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Login } from './browser.ts';

const CLI = fileURLToPath(new URL('../../functions/cli/src/aion.ts', import.meta.url));
const READY_TIMEOUT_MS = 300_000;

export interface Product {
  readonly url: string;
  /** What the terminal shows: accounts by their label, and the link that opens them once. */
  readonly logins: Readonly<Record<string, Login>>;
  readonly demoLink: string;
  /** The link that names the first administrator, where the start printed one. */
  readonly adminLink: string;
  close(): Promise<void>;
}

/** Starts the whole product as `npm start` does, with a simulated market in a home of its own that goes with it. */
export async function startProduct(environment: Record<string, string> = {}): Promise<Product> {
  const home = await mkdtemp(join(tmpdir(), 'aion-product-'));
  const child = spawn(process.execPath, [CLI, 'start', '--frozen'], {
    // The test runner has a MODE of its own; the product's is to be its default.
    env: { ...withoutMode(process.env), AION_HOME: home, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    await rm(home, { recursive: true, force: true });
  };
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`The product ${why}. It said:\n${output.slice(-3000)}`));
    const timer = setTimeout(() => fail(`was not ready within ${READY_TIMEOUT_MS / 1000} s`), READY_TIMEOUT_MS);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const site = /^\s*Site\s+(http:\S+)/m.exec(output)?.[1];
      // The last line is printed when everything answers.
      if (site === undefined || !output.includes('Stop with Ctrl+C')) return;
      clearTimeout(timer);
      resolve(site);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with exit code ${code}`);
    });
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const logins = [...output.matchAll(/^ +(\S+) +(\S+@\S+) +(\S+)$/gm)].map(
    ([, label = '', email = '', password = '']) => [label.toLowerCase(), { label, email, password }],
  );
  const demoLink = /^ +Demo +(\S+)/m.exec(output)?.[1] ?? '';
  const adminLink = /^ +Admin +(http\S+)/m.exec(output)?.[1] ?? '';
  return { url, adminLink, logins: Object.fromEntries(logins) as Record<string, Login>, demoLink, close };
}

function withoutMode({ MODE: _mode, ...rest }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return rest;
}
