import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { NEXT, WEB } from './build.ts';

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;

/** Starts the built site on a free loopback port, in front of the API at `apiUrl`. */
export async function startSite(apiUrl: string): Promise<Site> {
  const port = await freePort();
  const child = spawn(process.execPath, [NEXT, 'start', '--hostname', '127.0.0.1', '--port', String(port)], {
    cwd: WEB,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', AION_API_URL: apiUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/login`, child, lines);
  return {
    url,
    close: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function answers(url: string, child: ChildProcess, lines: readonly string[]): Promise<void> {
  const end = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < end && child.exitCode === null) {
    try {
      if ((await fetch(url)).ok) return;
    } catch (error) {
      // Nothing listens yet: the only failure that is expected here.
      if (!(error instanceof TypeError)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGKILL');
  throw new Error(`The site did not answer at ${url} within ${START_TIMEOUT_MS / 1000} s. It said:\n${lines.join('')}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string')
    throw new Error('No free port was found on the loopback interface.');
  return address.port;
}
