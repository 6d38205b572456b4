import { createServer } from 'node:net';
import { AppError } from '@aion/core';
import type { LoadedConfig } from '../load-config.ts';

const NEXT_PORTS = 20;

export interface WantedPort {
  /** 0 asks the system for any. */
  readonly port: number;
  /** What was asked for by a person is kept to: a proxy, a bookmark or a firewall knows it. */
  readonly mayMove: boolean;
  /** Who has to change it, for people: `AION_API_PORT`. */
  readonly setBy: string;
}

/** A setting of a port: the built-in one may move on when it is taken, one that was set may not. */
export function wantedPort({ settings, config }: LoadedConfig, name: 'apiPort' | 'webPort'): WantedPort {
  const setting = settings.find((entry) => entry.name === name);
  const asked = setting !== undefined && setting.origin !== 'default';
  const from = setting?.origin === 'file' ? `"${name}" in ${setting.from}` : (setting?.from ?? name);
  return { port: config[name], mayMove: !asked, setBy: from };
}

/**
 * The wanted port if nothing listens there. A built-in one moves on to one of the next twenty. Throws AppError(conflict) that
 * names who set the port, or the address that this machine does not have.
 */
export async function freePort(wanted: WantedPort, host: string): Promise<number> {
  const { port, mayMove } = wanted;
  if (port === 0) return 0;
  const last = mayMove ? port + NEXT_PORTS - 1 : port;
  for (let candidate = port; candidate <= last; candidate++) if (await isFree(candidate, host)) return candidate;
  throw mayMove
    ? new AppError(
        'conflict',
        `no port from ${port} to ${last} is free on ${host}; set another with AION_API_PORT or AION_WEB_PORT`,
      )
    : takenPort(wanted, host);
}

/** The error for a port that something else listens on: it names who set the port and what to do. */
export function takenPort({ port, setBy }: WantedPort, host: string): AppError {
  return new AppError(
    'conflict',
    `port ${port} on ${host}, set by ${setBy}, is taken; stop what listens there or change ${setBy}`,
  );
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') return resolve(false);
      const why =
        error.code === 'EACCES' ? 'this user may not listen there' : `it cannot be listened on (${error.code})`;
      reject(
        new AppError('bad_input', `port ${port} on ${host}: ${why}; change the port or AION_HOST`, { cause: error }),
      );
    });
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
