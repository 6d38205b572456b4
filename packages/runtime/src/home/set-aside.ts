import { existsSync, renameSync } from 'node:fs';
import { isStateFileInUse } from '@aion/adapters/sqlite/state-file';
import { AppError } from '@aion/core';
import { composeEmbedded, statePath } from '../compose-embedded.ts';
import type { LoadedConfig } from '../config.ts';

/**
 * Real data are never mixed into a simulated market. A home that holds one is renamed, never deleted, so that real data start
 * in an empty home; returns where it is kept, or null when there was nothing to set aside. Throws AppError(conflict) while a
 * process has it open.
 */
export async function setAsideSimulated(loaded: LoadedConfig): Promise<string | null> {
  const { home } = loaded;
  if (!existsSync(statePath(home))) return null;
  const embedded = composeEmbedded(loaded);
  const { simulated } = await embedded.profile();
  embedded.close();
  if (!simulated) return null;
  if (isStateFileInUse(statePath(home))) {
    throw new AppError(
      'conflict',
      `${home} holds the SIMULATED market and is in use; real data are never mixed into it: stop the product first, or name another home with AION_HOME`,
    );
  }
  for (let n = 1; ; n++) {
    const kept = `${home}.simulated-${n}`;
    if (existsSync(kept)) continue;
    renameSync(home, kept);
    return kept;
  }
}
