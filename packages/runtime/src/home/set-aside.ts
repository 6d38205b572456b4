import { cpSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { isStateFileInUse, openStateFile } from '@aion/adapters/sqlite/state-file';
import { AppError } from '@aion/core';
import { composeEmbedded, statePath } from '../compose-embedded.ts';
import type { LoadedConfig } from '../config.ts';

/**
 * Real data are never mixed into a simulated market. A home that holds one is renamed, never deleted, so that real data start
 * in a fresh lake; returns where it is kept, or null when there was nothing to set aside. What is not of the market stays in
 * force: the kill switch with its audit, the accounts, secrets and configuration go over. Throws AppError(conflict) while a
 * process has the home open.
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
  const kept = freeName(home);
  renameSync(home, kept);
  for (const name of ['secrets', 'config.json']) {
    if (existsSync(join(kept, name))) cpSync(join(kept, name), join(home, name), { recursive: true });
  }
  const state = openStateFile(statePath(home));
  try {
    state.db.prepare('ATTACH DATABASE ? AS kept').run(statePath(kept));
    state.transaction(() =>
      state.db.exec(
        "INSERT INTO items SELECT * FROM kept.items WHERE tbl = 'money' OR pk LIKE 'AUTH#%' OR pk LIKE 'USR#%' OR pk = 'OUTBOX'",
      ),
    );
  } finally {
    state.close();
  }
  return kept;
}

function freeName(home: string): string {
  for (let n = 1; ; n++) if (!existsSync(`${home}.simulated-${n}`)) return `${home}.simulated-${n}`;
}
