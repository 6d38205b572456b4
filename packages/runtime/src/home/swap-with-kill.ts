import { existsSync, rmSync } from 'node:fs';
import { holdKillFile } from '@aion/adapters/sqlite/kill-file';
import { takeProcessLock } from '@aion/adapters/sqlite/process-lock';
import { holdStateFile } from '@aion/adapters/sqlite/state-file';
import { systemClock } from '@aion/adapters/system/clock';
import { AppError, isAppError } from '@aion/core';
import type { KillRecord } from '@aion/trading';
import { killPath, statePath } from './home-paths.ts';
import { killOfFolder } from './kill-of-folder.ts';
import { swapHome, type SwapCrash } from './swap-home.ts';

/** Makes this process the one that replaces a home: two would build in the same folder. Throws AppError(conflict) while another does. */
export function lockSwap(home: string): { release(): void } {
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

/** A kill file that is damaged holds nothing that could change. */
function holdSound(path: string): { release(): void } | undefined {
  try {
    return holdKillFile(path);
  } catch (error) {
    if (isAppError(error, 'corrupt')) return undefined;
    throw error;
  }
}
