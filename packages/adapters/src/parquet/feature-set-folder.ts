import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@aion/core';

const INDEX = 'features.json';
/** Stands in the folder from the start: a set that broke off is known by it. */
const UNFINISHED = `${INDEX}.partial`;
const OF_A_SET = /^(?:features\.json|market\.parquet|part-\d{5,}\.parquet)(?:\.partial)?$/;

/**
 * Makes a folder ready for a set of these files. Of an older set the index goes first, so that a run that breaks off leaves no index over
 * files of two sets, then every file that the new one does not write: it may hold later data.
 *
 * @throws AppError(bad_input) for a folder that holds anything but a set of features.
 */
export function readySetFolder(folder: string, files: readonly string[]): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new AppError('bad_input', `${folder} is no folder; give a new one, an empty one or that of an older set`);
  mkdirSync(folder, { recursive: true });
  const found = readdirSync(folder, { withFileTypes: true });
  const ours = found.some(({ name }) => name === INDEX || name === UNFINISHED);
  const other = found.find((entry) => !ours || !entry.isFile() || !OF_A_SET.test(entry.name));
  if (other !== undefined)
    throw new AppError(
      'bad_input',
      `${folder} holds "${other.name}", which belongs to no set of features; give a new folder, an empty one or that of an older set`,
    );
  writeFileSync(join(folder, UNFINISHED), '');
  rmSync(join(folder, INDEX), { force: true });
  const kept = new Set([...files, UNFINISHED]);
  for (const { name } of found) if (!kept.has(name)) rmSync(join(folder, name), { force: true });
}

/** The index is the last file of a set: where it stands, the set is whole. */
export function writeSetIndex(folder: string, set: unknown): void {
  writeFileSync(join(folder, UNFINISHED), `${JSON.stringify(set, null, 1)}\n`);
  renameSync(join(folder, UNFINISHED), join(folder, INDEX));
}
