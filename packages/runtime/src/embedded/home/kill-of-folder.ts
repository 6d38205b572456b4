import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { homeOfKillFile, makeKillFile } from '@aion/adapters/sqlite/kill-file';
import { hasTables, type HeldState } from '@aion/adapters/sqlite/state-file';
import { withStorageErrors } from '@aion/adapters/sqlite/storage-error';
import { errorMessage } from '@aion/core';
import { joinKills, Kill, stricterKill, type KillRecord } from '@aion/trading';
import { killPath, markerPath, objectsPath, reservePath, secretsPath, statePath } from './home-paths.ts';

/**
 * What a folder that is or was a home knows of the kill switch, by its file and its items: the stricter of the two, with the changes of
 * both. What should be there and is not, or cannot be read, counts as on. Undefined for a folder that knows nothing of a switch: one
 * in which no product lived. `held` is the folder's state file: nobody changes it while it is read.
 */
export async function killOfFolder(home: string, nowMs: number, held: HeldState): Promise<KillRecord | undefined> {
  const found: KillRecord[] = [];
  const unknown = (why: string): void => {
    const kill: Kill = { active: true, reason: `it could not be read: ${why}`, by: 'aion', atMs: nowMs };
    found.push({ kill, history: [kill] });
  };
  for (const read of [ofFile, ofItems]) {
    try {
      const record = await read(home, held);
      if (record === 'lost') unknown(`${killPath(home)} is missing`);
      else if (record !== undefined) found.push(record);
    } catch (error) {
      unknown(errorMessage(error));
    }
  }
  const [first, second] = found;
  if (first === undefined || second === undefined) return first;
  return {
    kill: stricterKill(first.kill, second.kill),
    history: joinKills(first, second, { by: 'aion', atMs: nowMs }),
  };
}

/** The changes that a new kill file begins with: all that is known, and as its last the state that stands. */
export function historyOf(known: KillRecord | undefined, nowMs: number): readonly Kill[] {
  if (known === undefined) return [{ active: false, reason: null, by: null, atMs: nowMs }];
  return joinKills(known, known, { by: 'aion', atMs: nowMs });
}

/** `lost`: every home with a marker has the file, and so had one of which only objects, a key or an empty state are left. */
async function ofFile(home: string, { db, problem }: HeldState): Promise<KillRecord | 'lost' | undefined> {
  const path = killPath(home);
  if (!existsSync(path)) {
    if (existsSync(markerPath(home))) return 'lost';
    const objects = objectsPath(home);
    const remains =
      (existsSync(objects) && readdirSync(objects).length > 0) ||
      existsSync(join(secretsPath(home), 'signing-key.json'));
    const noState = problem === undefined && (db === undefined || !hasTables(db));
    return remains && noState ? 'lost' : undefined;
  }
  const file = makeKillFile(path, homeOfKillFile(path), reservePath(home));
  try {
    return { kill: await file.read(), history: await file.history() };
  } finally {
    file.close();
  }
}

async function ofItems(home: string, { db, problem }: HeldState): Promise<KillRecord | undefined> {
  if (problem !== undefined) throw problem;
  if (db === undefined) return undefined;
  return withStorageErrors(statePath(home), () => (hasTables(db) ? recordIn(db) : undefined));
}

function recordIn(db: NonNullable<HeldState['db']>): KillRecord | undefined {
  const kills = (pk: string): Kill[] =>
    db
      .prepare("SELECT body FROM items WHERE tbl = 'money' AND pk = ? ORDER BY sk")
      .all(pk)
      .map((row) => Kill.parse(JSON.parse(String(row['body']))));
  const [kill] = kills('KILL#global#00');
  return kill === undefined ? undefined : { kill, history: kills('AUDIT#kill') };
}
