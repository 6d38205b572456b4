import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWholeFile } from '@aion/adapters/plumbing/durable-file';
import { createKillFile, homeOfKillFile, makeKillFile, type OpenKillFile } from '@aion/adapters/sqlite/kill-file';
import {
  claimState,
  homeOfState,
  isStateInitialised,
  openStateFile,
  type StateFile,
} from '@aion/adapters/sqlite/state-file';
import { toStorageError } from '@aion/adapters/sqlite/storage-error';
import { AppError, errorMessage, toFileError } from '@aion/core';
import { Kill } from '@aion/trading';
import { z } from 'zod';
import { BACKUP_MANIFEST } from './backup-manifest.ts';
import { closeToOthers } from './home-modes.ts';
import { killPath, markerPath, objectsPath, reservePath, secretsPath, statePath, swapPath } from './home-paths.ts';
import { loadSecrets } from './secrets.ts';
import { finishSwap } from './swap-home.ts';

const Marker = z.strictObject({ v: z.literal(1), id: z.string().min(8), createdMs: z.int() });
export type HomeMarker = z.infer<typeof Marker>;

export interface OpenHome {
  readonly id: string;
  /** What others could read of a home that was there, until this opening. */
  readonly closed: readonly string[];
  readonly state: StateFile;
  readonly kill: OpenKillFile;
}

/** What a change of the kill switch may need on a full disk: a few pages and the journal. */
const RESERVE_BYTES = 256 * 1024;

/**
 * Opens a home, or makes one where nothing was. A folder in which a product lived (a marker, objects, a kill switch, secrets of its
 * own) opens with its own initialised state or not at all: an empty state in its place would be a product that forgot who may
 * do what and that trading was stopped. Throws AppError(corrupt) that says what is missing and what to do.
 */
export function openHome(home: string, nowMs: number): OpenHome {
  finishSwap(home);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  refuseBackup(home);
  const marker = readMarker(home);
  const initialised = isStateInitialised(statePath(home)) || isLivedIn(home, marker);
  const state = openStateFile(statePath(home));
  try {
    const fresh = !initialised;
    const id = marker === undefined ? adopt(home, state, initialised, nowMs) : requireOwn(home, state, marker);
    const closed = fresh ? [] : closeToOthers(home);
    if (fresh) closeToOthers(home);
    keepReserve(home);
    return { id, closed, state, kill: makeKillFile(killPath(home), id, reservePath(home)) };
  } catch (error) {
    state.close();
    throw toStorageError(error, state.path);
  }
}

/** Whether a product lives in this folder, or did, or is being moved there. */
export const isHome = (home: string): boolean =>
  [swapPath, markerPath, statePath, killPath, objectsPath, secretsPath].some((pathOf) => existsSync(pathOf(home)));

/** The marker of a home; undefined where there is none. Throws AppError(corrupt) for a damaged one, AppError(unavailable) where it may not be read. */
export function readMarker(home: string): HomeMarker | undefined {
  const path = markerPath(home);
  if (!existsSync(path)) return undefined;
  const text = readMarkerFile(path);
  try {
    return Marker.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('corrupt', `${path} is damaged, so it is not known which home this is; restore a backup`, {
      cause,
    });
  }
}

function readMarkerFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw toFileError(error, path);
  }
}

export const writeMarker = (home: string, id: string, createdMs: number): void =>
  writeWholeFile(markerPath(home), JSON.stringify({ v: 1, id, createdMs } satisfies HomeMarker));

function refuseBackup(home: string): void {
  if (existsSync(join(home, BACKUP_MANIFEST)))
    throw new AppError('bad_input', `${home} is a backup and no home; bring it back with \`aion restore ${home}\``);
}

/**
 * Whether another process has made this home a product's since its state was looked at: the state comes first, so it is looked at once
 * more when something else is found. Throws AppError(corrupt) where only the state is missing. What is found is what only a product
 * that lived here leaves; configuration, the keys of sources and the ledger secret of a product that moves in may be there before.
 */
function isLivedIn(home: string, marker: HomeMarker | undefined): boolean {
  const objects = objectsPath(home);
  const found = [
    ...(marker === undefined ? [] : [markerPath(home)]),
    ...(existsSync(objects) && readdirSync(objects).length > 0 ? [objects] : []),
    ...[killPath(home), join(secretsPath(home), 'signing-key.json')].filter((path) => existsSync(path)),
  ];
  const state = statePath(home);
  if (found.length === 0) return false;
  if (isStateInitialised(state)) return true;
  throw new AppError(
    'corrupt',
    `a product lived in ${home} (${found.join(', ')}), and its state ${state} is ${existsSync(state) ? 'empty' : 'missing'}; put the file back or restore a backup (\`aion restore FOLDER\`), or name another home with AION_HOME. The kill switch counts as on`,
    { context: { home } },
  );
}

function requireOwn(home: string, state: StateFile, marker: HomeMarker): string {
  const found = homeOfState(state);
  if (found === marker.id) return found;
  throw new AppError(
    'corrupt',
    `${state.path} ${found === undefined ? 'is older than the ids of homes' : `belongs to the home ${found}`}, this home is ${marker.id}; put its own file back or restore a backup (\`aion restore FOLDER\`)`,
    { context: { home } },
  );
}

/** Gives a new home, or one of before homes had markers, its id, its kill file and its marker. The marker comes last: without it this is done again. */
function adopt(home: string, state: StateFile, existed: boolean, nowMs: number): string {
  const path = killPath(home);
  const id = claimState(state, existsSync(path) ? homeOfKillFile(path) : randomUUID());
  createKillFile(path, id, [existed ? killOfState(state, nowMs) : firstKill(nowMs)]);
  loadSecrets(home, { make: true });
  writeMarker(home, id, nowMs);
  return id;
}

const firstKill = (atMs: number): Kill => ({ active: false, reason: null, by: null, atMs });

/** What the older state says of the switch. Where it cannot be read the home begins with the switch on. */
function killOfState(state: StateFile, nowMs: number): Kill {
  const row = state.db
    .prepare("SELECT body FROM items WHERE tbl = 'money' AND pk = 'KILL#global#00' AND sk = 'STATE'")
    .get();
  if (row === undefined) return firstKill(nowMs);
  try {
    return Kill.parse(JSON.parse(String(row['body'])));
  } catch (error) {
    return { active: true, reason: `its state could not be read: ${errorMessage(error)}`, by: 'aion', atMs: nowMs };
  }
}

/** A home on a disk without that little space opens all the same: `doctor` and health say that the disk is full. */
function keepReserve(home: string): void {
  const path = reservePath(home);
  if (existsSync(path)) return;
  try {
    writeWholeFile(path, new Uint8Array(RESERVE_BYTES));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
