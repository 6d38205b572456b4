import { createDecipheriv, createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { createKillFile } from '@aion/adapters/sqlite/kill-file';
import { claimState, isStateFileInUse, openStateFile } from '@aion/adapters/sqlite/state-file';
import { systemClock } from '@aion/adapters/system/clock';
import { AppError, isAppError } from '@aion/core';
import { joinKills, writeKillItems, type KillRecord } from '@aion/trading';
import type { LoadedConfig } from '../load-config.ts';
import { checkSignature, keyFor, readManifest, type BackupFile, type BackupManifest } from './backup-manifest.ts';
import { endSessions } from './end-sessions.ts';
import { killPath, secretsPath, statePath } from './home-paths.ts';
import { historyOf } from './kill-of-folder.ts';
import { writeMarker } from './open-home.ts';
import { readOperatorKey } from './operator-key.ts';
import { describeDifferences } from './restore-differences.ts';
import { finishSwap, type SwapCrash } from './swap-home.ts';
import { buildBeside, killHeld, swapWithKill } from './swap-with-kill.ts';

export interface RestoreOptions {
  /** Takes a backup that no key signed, or another key: whoever made it may have put anything in. */
  readonly unsigned: boolean;
  /** Shown what will be otherwise than in the home that is there, or than in an empty one. False changes nothing. */
  readonly confirm: (differences: readonly string[]) => Promise<boolean>;
  readonly crash?: SwapCrash;
}

export interface RestoreReport {
  readonly files: number;
  readonly bytes: number;
  readonly keptAs: string | null;
  readonly signed: boolean;
  readonly killActive: boolean;
  readonly differences: readonly string[];
}

/**
 * Checks a backup's signature and every file's hash, builds a new home of it beside the old one, and puts it in its place; what was
 * there is renamed, never deleted. The kill switch is the stricter of the two with the history of both, every session ends, and
 * accounts, flags, switch and configuration that differ are confirmed first. Until the swap nothing of the home changes; a crash in the
 * swap is finished by whoever opens the home next. Throws AppError(conflict) while a process has the home open or when it is not
 * confirmed, AppError(corrupt) when a file is missing or differs, AppError(forbidden) for a signature that does not hold.
 */
export async function restore(folder: string, loaded: LoadedConfig, options: RestoreOptions): Promise<RestoreReport> {
  const { home, backupKeyFile } = loaded;
  finishSwap(home);
  const manifest = readManifest(folder);
  const key = readOperatorKey(backupKeyFile);
  const signed = requireSignature(folder, manifest, key, { unsigned: options.unsigned, keyPath: backupKeyFile });
  if (isStateFileInUse(statePath(home))) throw inUse(home);
  return buildBeside(home, async (staging) => {
    const open = openerOf(folder, manifest, key);
    for (const file of manifest.files) {
      const target = join(staging, file.path);
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
      writeFileSync(target, open(file), { mode: 0o600 });
    }
    const id = ofSoundBackup(folder, () => prepare(staging));
    const differences = [
      ...(signed ? [] : ['the backup is not signed with your key: whoever made it chose what is in it']),
      ...ofSoundBackup(folder, () => describeDifferences(home, staging)),
      ...describeKill(await killHeld(home, () => inUse(home)), await killHeld(staging, () => inUse(staging))),
    ];
    if (differences.length > 0 && !(await options.confirm(differences)))
      throw new AppError('conflict', 'the restore was not confirmed; nothing was changed. --yes confirms it');
    // Confirming takes its time: what the old home says of the switch is read behind it, when nobody can change it any more.
    let active = true;
    const keptAs = await swapWithKill(home, 'before-restore', {
      inUse: () => inUse(home),
      settle: async (before) => void (active = await settleKill(staging, id, before)),
      ...(options.crash === undefined ? {} : { crash: options.crash }),
    });
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    return { files: manifest.files.length, bytes, keptAs, signed, killActive: active, differences };
  });
}

const inUse = (home: string): AppError =>
  new AppError('conflict', `${home} is in use; stop the product and its runs first, then restore again`);

function requireSignature(
  folder: string,
  manifest: BackupManifest,
  key: Buffer | undefined,
  { unsigned, keyPath }: { unsigned: boolean; keyPath: string },
): boolean {
  const signature = checkSignature(manifest, key);
  if (signature === 'sound') return true;
  // A signature of our own key that does not hold is a forgery or damage; no option makes it good.
  if (signature === 'forged')
    throw new AppError(
      'forbidden',
      `the signature of ${folder} does not hold: its list of files was changed after it was made; use another backup`,
    );
  if (unsigned) return false;
  const why =
    signature === 'none'
      ? 'is not signed: it is older than signed backups'
      : `is signed with another key than ${keyPath}${key === undefined ? ', which does not exist' : ''}`;
  throw new AppError(
    'forbidden',
    `${folder} ${why}. Whoever made it may have put an administrator of their own in; if you know where it is from, give --unsigned`,
  );
}

/** Reads a file of the backup, checked against its hash and decrypted. */
function openerOf(folder: string, manifest: BackupManifest, key: Buffer | undefined): (file: BackupFile) => Buffer {
  const salt = manifest.v === 2 ? manifest.salt : null;
  if (salt !== null && key === undefined)
    throw new AppError(
      'missing_data',
      `${folder} is encrypted and the operator's key is not here; name its file with AION_BACKUP_KEY_FILE`,
    );
  return ({ path, sha256 }) => {
    const source = join(folder, path);
    const bytes = statSync(source, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(source) : undefined;
    if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== sha256) {
      throw new AppError(
        'corrupt',
        `${path} of the backup is ${bytes === undefined ? 'missing' : 'damaged'}; nothing was restored: use another backup`,
      );
    }
    return salt === null ? bytes : unseal(path, bytes, keyFor(key!, 'encrypt', salt));
  };
}

function unseal(path: string, bytes: Buffer, key: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  } catch (cause) {
    throw new AppError(
      'corrupt',
      `${path} of the backup cannot be decrypted with the operator's key; nothing was restored`,
      { cause },
    );
  }
}

/** A state that came damaged into the backup is none of the home's: another restore of the same folder would not help. */
function ofSoundBackup<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isAppError(error, 'corrupt')) throw error;
    throw new AppError(
      'corrupt',
      `the state file in ${folder} is damaged, although it is as it was backed up; nothing was restored: use another backup`,
      { cause: error },
    );
  }
}

/** Makes a home of what was copied, but for its switch and its marker: its id, no session of anybody. */
function prepare(staging: string): string {
  const state = openStateFile(statePath(staging));
  try {
    const id = claimState(state, randomUUID());
    // A backup is a copy of every refresh token and link of its day: none of them opens anything again.
    endSessions(state);
    rmSync(join(secretsPath(staging), 'signing-key.json'), { force: true });
    return id;
  } finally {
    state.close();
  }
}

/** The switch of the new home: the stricter of the old one's and the backup's, with the history of both. Returns whether it is on. */
async function settleKill(staging: string, id: string, before: KillRecord | undefined): Promise<boolean> {
  const nowMs = systemClock.nowMs();
  const copied = await killHeld(staging, () => inUse(staging));
  const changes =
    before === undefined
      ? historyOf(copied, nowMs)
      : joinKills(before, copied ?? before, { by: 'restore', atMs: nowMs });
  const kill = changes.at(-1)!;
  rmSync(killPath(staging), { force: true });
  createKillFile(killPath(staging), id, changes);
  const state = openStateFile(statePath(staging));
  try {
    await writeKillItems(makeSqliteItemTable(state, systemClock), { ...kill, atMs: kill.atMs ?? nowMs });
  } finally {
    state.close();
  }
  writeMarker(staging, id, nowMs);
  return kill.active;
}

/** In words, where the switch will not be as it is now. */
function describeKill(before: KillRecord | undefined, copied: KillRecord | undefined): string[] {
  const [now, then] = [before?.kill.active, (before?.kill.active ?? false) || (copied?.kill.active ?? false)];
  if (now === then || (now === undefined && !then)) return [];
  return [`the kill switch will be ${then ? 'ON' : 'off'}`];
}
