import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveConfig } from '@aion/jobs';
import { freePort, wantedPort } from './ports.ts';

let taken: Server;
let port: number;
beforeEach(async () => {
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  port = (taken.address() as { port: number }).port;
});
afterEach(() => new Promise((resolve) => taken.close(resolve)));

const wanted = (environment: Record<string, string>, file: Record<string, unknown> = {}) =>
  wantedPort({ home: '/home', backupKeyFile: '', ...resolveConfig(environment, file, 'config.json') }, 'apiPort');

describe('a port that is taken', () => {
  it('is an error that names who set it, when a person did', async () => {
    await expect(freePort(wanted({ AION_API_PORT: String(port) }), '127.0.0.1')).rejects.toThrow(
      `port ${port} on 127.0.0.1, set by AION_API_PORT, is taken; stop what listens there or change AION_API_PORT`,
    );
    await expect(freePort(wanted({}, { apiPort: port }), '127.0.0.1')).rejects.toThrow(
      `set by "apiPort" in config.json, is taken`,
    );
  });

  it('lets the built-in one move on, and only that', async () => {
    expect(wanted({})).toEqual({ port: 4100, mayMove: true, setBy: 'built in' });
    const moved = await freePort({ port, mayMove: true, setBy: 'built in' }, '127.0.0.1');
    expect(moved).toBeGreaterThan(port);
    expect(moved).toBeLessThan(port + 20);
    expect(await freePort(wanted({ AION_API_PORT: '0' }), '127.0.0.1')).toBe(0);
  });

  it('is told from an address that this machine does not have', async () => {
    await expect(freePort(wanted({}), '192.0.2.1')).rejects.toThrow(/EADDRNOTAVAIL.*AION_HOST/);
  });
});
