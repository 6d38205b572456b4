import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRunLauncher, serveApi } from '@aion/runtime';
import { cli, daily, newFolder, openHome, removeFolders, simulatedHome, SMALL } from './embedded-home.ts';

const READY = 'Stop with Ctrl+C';
const PATIENCE_MS = 25_000;
let home: string;
beforeAll(async () => {
  const embedded = await simulatedHome('start');
  await daily(embedded);
  home = embedded.loaded.home;
  embedded.close();
});
afterAll(removeFolders);

describe('aion start', () => {
  it('ends with its exit code when the site’s port is taken, and leaves the home to the next', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const port = String((taken.address() as AddressInfo).port);
    const environment = { AION_API_PORT: '0', AION_WEB_PORT: port };
    try {
      const ended = await startAndStop([], environment);
      expect(ended).toMatchObject({ code: 4, signal: null });
      expect(ended.printed).toContain(`port ${port} on 127.0.0.1, set by AION_WEB_PORT, is taken`);
    } finally {
      taken.close();
    }
    expect(await startAndStop(['--no-web'], environment)).toMatchObject({
      printed: expect.stringContaining(READY) as string,
      code: 0,
    });
  });

  // As the site reaches the API, and as a person reads it on the terminal.
  it.each([
    ['0.0.0.0', 'http://127.0.0.1:'],
    ['::', 'http://[::1]:'],
    ['::1', 'http://[::1]:'],
  ])('serves an API at AION_HOST=%s that answers at the address it names', async (host, begins) => {
    const embedded = openHome(newFolder('start-host'), { AION_HOST: host, AION_API_PORT: '0' });
    const api = await serveApi(embedded, makeRunLauncher(embedded, cli));
    try {
      expect(api.url.slice(0, begins.length)).toBe(begins);
      expect((await fetch(`${api.url}/v1/health/live`)).status).toBe(200);
    } finally {
      await api.close();
      embedded.close();
    }
  });
});

/** Starts the product and stops it as soon as it is ready; one that neither is ready nor ends is killed. */
function startAndStop(args: readonly string[], environment: Record<string, string>) {
  // The test runner sets MODE for itself.
  const { MODE: _mode, ...inherited } = process.env;
  const child = spawn(process.execPath, [cli, 'start', '--frozen', ...args], {
    env: { ...inherited, ...SMALL, AION_HOME: home, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      printed += bytes.toString();
      if (printed.includes(READY)) child.kill('SIGTERM');
    });
  return new Promise<{ printed: string; code: number | null; signal: string | null }>((resolve) =>
    child.once('close', (code, signal) => {
      clearTimeout(late);
      resolve({ printed, code, signal });
    }),
  );
}
