import { existsSync } from 'node:fs';
import { homeOfKillFile, makeKillFile, type OpenKillFile } from '@aion/adapters/sqlite/kill-file';
import { systemClock } from '@aion/adapters/system/clock';
import { AppError, errorMessage, isAppError, toFileError, type ItemTable } from '@aion/core';
import { makeKillSwitch, type KillSwitch } from '@aion/trading';
import { composeEmbedded } from '../compose-embedded.ts';
import type { LoadedConfig } from '../load-config.ts';
import { killPath, reservePath } from './home-paths.ts';
import { isHome, readMarker } from './open-home.ts';

/**
 * Works with the kill switch of a home, also of one that does not open: there it reads as unknown, which counts as on, and
 * can still be turned on, but not off. Throws AppError(not_found) for a folder in which no product lives: whoever mistyped its name
 * must not believe that trading was stopped.
 */
export async function withKillOf<T>(loaded: LoadedConfig, work: (kill: KillSwitch) => Promise<T>): Promise<T> {
  if (!isHome(loaded.home))
    throw new AppError(
      'not_found',
      `no product lives in ${loaded.home}, so there is no kill switch; name the home that is meant with AION_HOME`,
    );
  let opened: { readonly kill: KillSwitch; close(): void };
  try {
    opened = composeEmbedded(loaded);
  } catch (error) {
    // Only the caller can mend what they named; whatever else is wrong must not keep anybody from stopping.
    if (isAppError(error, 'bad_input') || isAppError(error, 'not_found')) throw error;
    opened = unsound(loaded.home, problemOf(loaded.home, error));
  }
  try {
    return await work(opened.kill);
  } finally {
    opened.close();
  }
}

function problemOf(home: string, error: unknown): AppError {
  if (isAppError(error)) return error;
  const known = toFileError(error);
  if (isAppError(known)) return known;
  return new AppError('corrupt', `${home} does not open (${errorMessage(error)}); restore a backup`, { cause: error });
}

function unsound(home: string, problem: AppError): { readonly kill: KillSwitch; close(): void } {
  const fail = (): Promise<never> => Promise.reject(problem);
  const items: ItemTable = { get: fail, put: fail, delete: fail, transact: fail, query: fail, standBack: fail };
  const file = fileOf(home, problem);
  return {
    kill: makeKillSwitch({
      items,
      clock: systemClock,
      file,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    }),
    close: () => file.close(),
  };
}

function fileOf(home: string, problem: AppError): OpenKillFile {
  try {
    const id = idOf(home);
    return id === undefined ? noFile(problem) : makeKillFile(killPath(home), id, reservePath(home));
  } catch (error) {
    const { code } = problemOf(home, error);
    return noFile(new AppError(code, `${problem.message}. ${errorMessage(error)}`, { cause: error }));
  }
}

/** Whose the kill file should be, by the marker: a damaged file is put aside. Without a marker that can be read the file says it. */
function idOf(home: string): string | undefined {
  const path = killPath(home);
  try {
    const marker = readMarker(home);
    if (marker !== undefined) return marker.id;
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
  return existsSync(path) ? homeOfKillFile(path) : undefined;
}

function noFile(problem: AppError): OpenKillFile {
  const fail = (): Promise<never> => Promise.reject(problem);
  return { read: fail, head: fail, append: fail, history: fail, close: () => undefined };
}
