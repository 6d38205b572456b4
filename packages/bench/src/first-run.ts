import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from './run.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const LIMIT_MS = 10 * 60_000;
/** What `npm start` prints when a step ends, in order. */
const MARKS: readonly (readonly [string, RegExp])[] = [
  ['install (warm package cache)', /Making the SIMULATED market/],
  ['simulated market', /Daily run of/],
  ['daily run', /Hourly refinement/],
  ['hourly run', /Refine the entries/],
  ['build and start the site', /Aion is ready/],
];

/** From a clean clone with a warm package cache to signals in a browser: `git clone`, `npm start`, log in, first row seen. */
export async function run(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'aion-bench-first-run-'));
  const clone = join(folder, 'aion');
  const startedMs = performance.now();
  const steps: { step: string; seconds: number }[] = [];
  let lastMs = startedMs;
  const mark = (step: string): void => {
    const now = performance.now();
    steps.push({ step, seconds: Math.round(now - lastMs) / 1000 });
    lastMs = now;
  };
  const cloned = spawnSync('git', ['clone', '--quiet', '--no-hardlinks', root, clone], { encoding: 'utf8' });
  if (cloned.status !== 0) throw new Error(`git clone failed: ${cloned.stderr}`);
  mark('clone');
  const { PATH: path = '', ...environment } = process.env;
  // The clone brings its own tools: this checkout's must not stand in for them.
  const cleanPath = path
    .split(':')
    .filter((entry) => !entry.startsWith(root))
    .join(':');
  const server = spawn('npm', ['start'], {
    cwd: clone,
    env: { ...withoutNpm(environment), PATH: cleanPath, AION_API_PORT: '4700', AION_WEB_PORT: '4750' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  try {
    const output = await followMarks(server, mark);
    const site = /Site +(http:\S+)/.exec(output)![1]!;
    const [, email, password] = /Pro +(\S+) +(\S+)/.exec(output)!;
    const rows = await seeSignals(clone, site, email!, password!);
    mark('log in and see the signals');
    const seconds = Math.round(lastMs - startedMs) / 1000;
    return {
      table: [...steps, { step: 'all', seconds }],
      result: {
        seconds,
        goalSeconds: 180,
        signalsSeen: rows,
        ...Object.fromEntries(steps.map(({ step, seconds: s }) => [step, s])),
      },
    };
  } finally {
    if (server.pid !== undefined && server.exitCode === null) {
      process.kill(-server.pid, 'SIGINT');
      await new Promise((resolve) => server.once('close', resolve));
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

function withoutNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !name.startsWith('npm_') && name !== 'INIT_CWD' && !name.startsWith('AION_'),
    ),
  );
}

function followMarks(server: ChildProcess, mark: (step: string) => void): Promise<string> {
  let output = '';
  let next = 0;
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`not ready after ${LIMIT_MS / 1000} s:\n${output}`)), LIMIT_MS);
    const look = (bytes: Buffer): void => {
      output += bytes.toString();
      while (next < MARKS.length && MARKS[next]![1].test(output)) mark(MARKS[next++]![0]);
      if (/Stop with Ctrl\+C/.test(output)) {
        clearTimeout(limit);
        resolve(output);
      }
    };
    server.stdout!.on('data', look);
    server.stderr!.on('data', look);
    server.once('close', (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
  });
}

/** Logs in through the site in a real Chromium and counts the rows that a user sees. */
async function seeSignals(clone: string, site: string, email: string, password: string): Promise<number> {
  const { chromium } = (await import(
    join(clone, 'node_modules/playwright-core/index.mjs')
  )) as typeof import('playwright-core');
  const executablePath = process.env['AION_CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error('no Chromium: install one and name it in AION_CHROMIUM');
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${site}/login`);
    await page.locator('input[type=email]').fill(email);
    await page.locator('input[type=password]').fill(password);
    await page.locator('button[type=submit]').click();
    await page.waitForURL((url) => url.pathname === '/');
    const links = page.locator('a[href^="/signals/"]');
    await links.first().waitFor();
    return await links.count();
  } finally {
    await browser.close();
  }
}
