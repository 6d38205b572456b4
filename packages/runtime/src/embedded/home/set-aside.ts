import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createKillFile } from '@aion/adapters/sqlite/kill-file';
import { claimState, isStateFileInUse, openStateFile } from '@aion/adapters/sqlite/state-file';
import { AppError } from '@aion/core';
import { composeEmbedded } from '../compose-embedded.ts';
import type { LoadedConfig } from '../load-config.ts';
import { configPath, killPath, secretsPath, statePath } from './home-paths.ts';
import { historyOf } from './kill-of-folder.ts';
import { writeMarker } from './open-home.ts';
import { finishSwap, type SwapCrash } from './swap-home.ts';
import { buildBeside, swapWithKill } from './swap-with-kill.ts';

/**
 * Real data are never mixed into a simulated market. A home that holds one is renamed, never deleted, so that real data start
 * in a fresh lake; returns where it is kept, or null when there was nothing to set aside. What is not of the market stays in
 * force: the kill switch with its history, the accounts, secrets and configuration go over. The new home is built whole beside
 * the old one and then takes its place: a full disk or a crash leaves the old one, or is finished by whoever opens the home
 * next. Throws AppError(conflict) while a process has the home open.
 *
 * @example const kept = await setAsideSimulated(loadConfig(process.env, process.cwd())); // the path of the old home, or null
 */
export async function setAsideSimulated(loaded: LoadedConfig, crash?: SwapCrash): Promise<string | null> {
  const { home } = loaded;
  finishSwap(home);
  if (!existsSync(statePath(home))) return null;
  const embedded = composeEmbedded(loaded);
  const { simulated } = await embedded.profile();
  const nowMs = embedded.clock.nowMs();
  embedded.close();
  if (!simulated) return null;
  if (isStateFileInUse(statePath(home))) throw inUse(home);
  return buildBeside(home, async (staging) => {
    // A copied folder would be open to others.
    mkdirSync(secretsPath(staging), { recursive: true, mode: 0o700 });
    for (const path of [secretsPath(home), configPath(home)])
      if (existsSync(path)) cpSync(path, join(staging, basename(path)), { recursive: true });
    const id = copyAccounts(home, staging);
    return swapWithKill(home, 'simulated', {
      inUse: () => inUse(home),
      settle(known) {
        createKillFile(killPath(staging), id, historyOf(known, nowMs));
        writeMarker(staging, id, nowMs);
      },
      ...(crash === undefined ? {} : { crash }),
    });
  });
}

const inUse = (home: string): AppError =>
  new AppError(
    'conflict',
    `${home} holds the SIMULATED market and is in use; real data are never mixed into it: stop the product first, or name another home with AION_HOME`,
  );

function copyAccounts(home: string, staging: string): string {
  const state = openStateFile(statePath(staging));
  try {
    state.db.prepare('ATTACH DATABASE ? AS kept').run(statePath(home));
    state.transaction(() =>
      state.db.exec(
        "INSERT INTO items SELECT * FROM kept.items WHERE tbl = 'money' OR pk LIKE 'AUTH#%' OR pk LIKE 'USR#%' OR pk IN ('OUTBOX', 'FLAGS', 'AUDIT#flags')",
      ),
    );
    return claimState(state, randomUUID());
  } finally {
    state.close();
  }
}
