import { existsSync, rmSync } from 'node:fs';
import { holdKillFile } from '@aion/adapters/sqlite/kill-file';
import { takeProcessLock } from '@aion/adapters/sqlite/process-lock';
import { holdStateFile } from '@aion/adapters/sqlite/state-file';
import { systemClock } from '@aion/adapters/system/clock';
import { AppError, isAppError } from '@aion/core';
import type { KillRecord } from '@aion/trading';
import { killPath, stagingPath, statePath, swapPath } from './home-paths.ts';
import { killOfFolder } from './kill-of-folder.ts';
import { swapHome, type SwapCrash } from './swap-home.ts';

/**
 * Builds what will take the home's place in an empty folder beside it, and removes the folder when that fails, unless the swap has
 * begun: then whoever opens the home next finishes it. Throws AppError(conflict) while another process does so.
 */
export async function buildBeside<T>(home: string, work: (staging: string) => Promise<T>): Promise<T> {
  const lock = lockSwap(home);
  const staging = stagingPath(home);
  const clear = (): void => rmSync(staging, { recursive: true, force: true });
  try {
    clear();
    return await work(staging);
  } catch (error) {
    if (!existsSync(swapPath(home))) clear();
    throw error;
  } finally {
    lock.release();
  }
}

/** Makes this process the one that replaces a home: two would build in the same folder. */
function lockSwap(home: string): { release(): void } {
  const path = `${home}.swap.lock`;
  const lock = takeProcessLock(path);
  if (lock !== undefined) {
    return {
      release() {
        // While it is held: whoever comes now makes a file of their own, and this work is done.
        rmSync(path, { force: true });
        lock.release();
      },
    };
  }
  throw new AppError('conflict', `another process is replacing ${home}; wait until it has ended`);
}

/**
 * Swaps the finished folder in. From the moment at which the old home's kill switch is read until its folder has moved nobody else
 * changes it: its state is held, so that the items cannot take a kill, and its kill file is held, so that a kill waits for it
 * and then goes to the new home. `settle` writes the switch of the new home.
 */
export async function swapWithKill(
  home: string,
  keep: string,
  options: {
    readonly inUse: () => AppError;
    readonly settle: (known: KillRecord | undefined) => void | Promise<void>;
    readonly crash?: SwapCrash;
  },
): Promise<string | null> {
  const state = holdStateFile(statePath(home));
  if (state === undefined) throw options.inUse();
  let kill: { release(): void } | undefined;
  try {
    kill = existsSync(killPath(home)) ? holdSound(killPath(home)) : undefined;
    await options.settle(await killOfFolder(home, systemClock.nowMs(), state));
    return swapHome(home, keep, options.crash);
  } finally {
    kill?.release();
    state.release();
  }
}

/** What a folder knows of the switch now. Throws what `inUse` makes while a process has its state open. */
export async function killHeld(folder: string, inUse: () => AppError): Promise<KillRecord | undefined> {
  const held = holdStateFile(statePath(folder));
  if (held === undefined) throw inUse();
  try {
    return await killOfFolder(folder, systemClock.nowMs(), held);
  } finally {
    held.release();
  }
}

/** A kill file that is damaged holds nothing that could change. */
function holdSound(path: string): { release(): void } | undefined {
  try {
    return holdKillFile(path);
  } catch (error) {
    if (isAppError(error, 'corrupt')) return undefined;
    throw error;
  }
}
