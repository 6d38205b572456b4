import { existsSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AppError, errorMessage } from '@aion/core';
import { parseJson, resolveConfig, type ResolvedConfig } from '@aion/jobs';
import { defaultKeyPath } from './home/operator-key.ts';

export interface LoadedConfig extends ResolvedConfig {
  readonly home: string;
  /** The file of the operator's key. */
  readonly backupKeyFile: string;
}

/** The home's own folder, links followed: what is put in its place must lie where it lies, on its disk. */
function homeOf(environment: Readonly<Record<string, string | undefined>>, cwd: string): string {
  const named = resolve(cwd, environment['AION_HOME'] ?? '.aion');
  let home = named;
  // A swap that was cut off may have left nothing at the link's end: what is to be there lies beside that end.
  for (let links = 0, target = danglingLink(home); target !== undefined; target = danglingLink(home)) {
    if (links++ === MOST_LINKS)
      throw new AppError('bad_input', `${named} is a link that leads back to itself; correct it`);
    home = target;
  }
  return existsSync(home) ? realpathSync(home) : home;
}

/** As many as Linux follows. */
const MOST_LINKS = 40;
const NO_LINK = new Set(['ENOENT', 'ENOTDIR', 'EINVAL', 'EACCES']);

/** Where a link leads at whose end nothing is; undefined for anything else, and for what may not be looked at: opening it says why. */
function danglingLink(path: string): string | undefined {
  if (existsSync(path)) return undefined;
  try {
    return resolve(realpathSync(dirname(path)), readlinkSync(path));
  } catch (error) {
    if (!NO_LINK.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return undefined;
  }
}

/** The home with nothing but built-in settings: for what must work while the configuration is broken, such as the kill switch. */
export function loadBuiltIn(environment: Readonly<Record<string, string | undefined>>, cwd: string): LoadedConfig {
  const home = homeOf(environment, cwd);
  return { home, backupKeyFile: defaultKeyPath(environment), ...resolveConfig({}, {}, 'built in') };
}

/**
 * Defaults, then `$AION_HOME/config.json`, then the environment; each setting remembers where it came from. Throws
 * AppError(bad_input) that names every setting that is wrong and where it was set.
 *
 * @example const { home, config } = loadConfig(process.env, process.cwd());
 */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>, cwd: string): LoadedConfig {
  const home = homeOf(environment, cwd);
  const path = join(home, 'config.json');
  const resolved = resolveConfig(environment, existsSync(path) ? readConfigFile(path) : {}, path);
  const { backupKeyFile } = resolved.config;
  return {
    home,
    backupKeyFile: backupKeyFile === '' ? defaultKeyPath(environment) : resolve(cwd, backupKeyFile),
    ...resolved,
  };
}

function readConfigFile(path: string): Record<string, unknown> {
  const value = parseJson(path, readText(path));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AppError('bad_input', `${path} must hold a JSON object`);
  return value as Record<string, unknown>;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('bad_input', `${path} cannot be read (${errorMessage(cause)}); correct it or remove it`, {
      cause,
    });
  }
}
