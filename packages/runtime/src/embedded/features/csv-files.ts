import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { unpackArchive } from '@aion/adapters/archive/unpack';
import { AppError } from '@aion/core';
import { UnpackRefusal } from '@aion/market';

const LINES_A_WRITE = 20_000;

/**
 * The text of a CSV file, packed by gzip or zip (one entry) or not.
 *
 * @throws AppError(not_found, bad_input) for what is no such file, too large or damaged.
 */
export async function readCsvText(path: string): Promise<string> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new AppError('not_found', `there is no file ${path}`);
  if (!found.isFile()) throw new AppError('bad_input', `${path} is no file; give a CSV file, packed by gzip or not`);
  try {
    const files = await unpackArchive(basename(path), readFileSync(path));
    if (files.length !== 1) throw new AppError('bad_input', `${path} holds ${files.length} files; give one CSV file`);
    return new TextDecoder().decode(files[0]!.bytes);
  } catch (error) {
    if (error instanceof UnpackRefusal) throw new AppError('bad_input', error.message, { cause: error });
    throw error;
  }
}

/**
 * Makes sure, before anything is computed, that a CSV file can go where it is asked for.
 *
 * @throws AppError(bad_input) for a folder, and for the file that the values are made from.
 */
export function requireCsvTarget(path: string, input?: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isFile())
    throw new AppError(
      'bad_input',
      `${path} is ${found.isDirectory() ? 'a folder' : 'no plain file'}; give the name of a CSV file to write`,
    );
  const source = input === undefined ? undefined : statSync(input, { throwIfNoEntry: false });
  if (source !== undefined && source.dev === found.dev && source.ino === found.ino)
    throw new AppError('bad_input', `${path} is the input itself and would be lost; give another name to write to`);
}

/** Writes lines to a file, under another name first: a file with the right name is whole. */
export function writeCsvLines(path: string, lines: Iterable<string>): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  let waiting: string[] = [];
  try {
    writeFileSync(partial, '');
    const flush = (): void => {
      writeFileSync(partial, waiting.join(''), { flag: 'a' });
      waiting = [];
    };
    for (const line of lines) {
      waiting.push(line);
      if (waiting.length >= LINES_A_WRITE) flush();
    }
    flush();
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
