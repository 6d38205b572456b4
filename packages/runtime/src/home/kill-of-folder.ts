import { existsSync } from 'node:fs';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { homeOfKillFile, makeKillFile } from '@aion/adapters/sqlite/kill-file';
import { isStateInitialised, openStateFile } from '@aion/adapters/sqlite/state-file';
import { systemClock } from '@aion/adapters/system/clock';
import { errorMessage } from '@aion/core';
import { joinKills, readKillAudit, readKillItem, stricterKill, type Kill, type KillRecord } from '@aion/trading';
import { killPath, reservePath, statePath } from './home-paths.ts';

/**
 * What a folder that is or was a home knows of the kill switch, by its file and its items: the stricter of the two, with the changes of
 * both. What is there and cannot be read counts as on. Undefined for a folder that knows nothing of a switch.
 */
export async function killOfFolder(home: string, nowMs: number): Promise<KillRecord | undefined> {
  const found: KillRecord[] = [];
  for (const read of [ofFile, ofItems]) {
    try {
      const record = await read(home);
      if (record !== undefined) found.push(record);
    } catch (error) {
      const kill: Kill = {
        active: true,
        reason: `it could not be read: ${errorMessage(error)}`,
        by: 'aion',
        atMs: nowMs,
      };
      found.push({ kill, history: [kill] });
    }
  }
  const [first, second] = found;
  if (first === undefined || second === undefined) return first;
  const seen = new Map([...first.history, ...second.history].map((kill) => [JSON.stringify(kill), kill]));
  return {
    kill: stricterKill(first.kill, second.kill),
    history: [...seen.values()].sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0)),
  };
}

/** The changes that a new kill file begins with: all that is known, and as its last the state that stands. */
export function historyOf(known: KillRecord | undefined, nowMs: number): readonly Kill[] {
  if (known === undefined) return [{ active: false, reason: null, by: null, atMs: nowMs }];
  return joinKills(known, known, { by: 'aion', atMs: nowMs });
}

async function ofFile(home: string): Promise<KillRecord | undefined> {
  const path = killPath(home);
  if (!existsSync(path)) return undefined;
  const file = makeKillFile(path, homeOfKillFile(path), reservePath(home));
  try {
    return { kill: await file.read(), history: await file.history() };
  } finally {
    file.close();
  }
}

async function ofItems(home: string): Promise<KillRecord | undefined> {
  if (!isStateInitialised(statePath(home))) return undefined;
  const state = openStateFile(statePath(home));
  try {
    const items = makeSqliteItemTable(state, systemClock);
    const kill = await readKillItem(items);
    return kill === undefined ? undefined : { kill, history: await readKillAudit(items) };
  } finally {
    state.close();
  }
}
