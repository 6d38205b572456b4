import { existsSync, lstatSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncFolderOf, syncTree, writeWholeFile } from '@aion/adapters/plumbing/durable-file';
import { AppError } from '@aion/core';
import { z } from 'zod';
import { markerPath, stagingPath, swapPath } from './home-paths.ts';

const Name = z.string().regex(/^[^/\\]+$/);
/** `id` is that of the home in the finished folder: the journal speaks of it and of no other. */
const Swap = z.strictObject({ v: z.literal(1), id: z.string(), staging: Name, keptAs: Name.nullable() });

/** A crash between two steps, for tests: throws or ends the process. */
export type SwapCrash = (before: 'journal' | 'keep' | 'place' | 'forget') => void;

/**
 * Puts the finished folder `<home>.staging` in the place of the home; what was there is renamed to `<home>.<keep>-<n>` and never
 * deleted. The new folder is on the disk before anything moves, and a journal beside the home names both, so that whoever opens
 * the home after a crash finishes what was begun (`finishSwap`). Returns where the old home is kept.
 */
export function swapHome(home: string, keep: string, crash: SwapCrash = () => undefined): string | null {
  const staging = stagingPath(home);
  syncTree(staging);
  syncFolderOf(staging);
  const keptAs = existsSync(home) ? freeName(`${home}.${keep}`) : null;
  crash('journal');
  const id = markerId(staging);
  if (id === undefined) throw new Error(`${staging} has no marker: it is no finished home`);
  const swap = { v: 1, id, staging: basename(staging), keptAs: keptAs === null ? null : basename(keptAs) };
  writeWholeFile(swapPath(home), JSON.stringify(swap));
  finishSwap(home, crash);
  return keptAs;
}

/** Finishes a swap that a crash cut off; does nothing where none is under way. Throws AppError(corrupt) when the folders are not as the journal left them. */
export function finishSwap(home: string, crash: SwapCrash = () => undefined): void {
  const path = swapPath(home);
  if (!existsSync(path)) return;
  const { id, staging, keptAs } = readSwap(path);
  if (staging !== basename(stagingPath(home)) || keptAs?.startsWith(`${basename(home)}.`) === false)
    throw unclear(home, path);
  const [made, kept] = [join(dirname(home), staging), keptAs === null ? null : join(dirname(home), keptAs)];
  if (existsSync(made)) {
    // Whoever may write beside the home could put a folder and a journal there.
    if (markerId(made) !== id || !isOwn(made) || !isOwn(path)) throw unclear(home, path);
    if (existsSync(home)) {
      if (kept === null || existsSync(kept)) throw unclear(home, path);
      crash('keep');
      moveAside(home, kept, path);
    }
    crash('place');
    move(made, home);
  } else if (!existsSync(home)) throw unclear(home, path);
  crash('forget');
  rmSync(path, { force: true });
  syncFolderOf(path);
}

/** A home that cannot be moved, such as one on which a disk is mounted, stays as it is and is not tried again at each opening. */
function moveAside(home: string, kept: string, journal: string): void {
  try {
    move(home, kept);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EBUSY' && code !== 'EXDEV' && code !== 'EACCES' && code !== 'EPERM') throw error;
    rmSync(journal, { force: true });
    throw new AppError(
      'conflict',
      `${home} cannot be renamed (${code}), so nothing can take its place; a disk may be mounted there: name a folder inside it with AION_HOME. Nothing was changed`,
      { cause: error },
    );
  }
}

/** Another process that opened the home at the same moment may have done this step. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || !existsSync(to)) throw error;
  }
  syncFolderOf(to);
}

function markerId(home: string): string | undefined {
  const path = markerPath(home);
  if (!existsSync(path)) return undefined;
  try {
    return z.object({ id: z.string() }).safeParse(JSON.parse(readFileSync(path, 'utf8'))).data?.id;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Made by the user that this process runs as. Windows has no such number. */
const isOwn = (path: string): boolean => process.getuid === undefined || lstatSync(path).uid === process.getuid();

function readSwap(path: string): z.infer<typeof Swap> {
  try {
    return Swap.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new AppError(
      'corrupt',
      `${path} says that a home was being replaced and cannot be read; put the right folder in its place by hand, then remove the file`,
      { cause },
    );
  }
}

const unclear = (home: string, path: string): AppError =>
  new AppError(
    'corrupt',
    `${path} says that ${home} was being replaced, and the folders beside it are not as they were left; put the right folder in its place by hand, then remove the file`,
  );

/** The first of `<base>-1`, `<base>-2` … that does not exist. */
function freeName(base: string): string {
  for (let n = 1; ; n++) if (!existsSync(`${base}-${n}`)) return `${base}-${n}`;
}
