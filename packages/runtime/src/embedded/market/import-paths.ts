import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '@aion/core';
import { importFiles, type ImportFile, type ImportOptions, type ImportReport } from '@aion/market';
import type { Embedded } from '../compose-embedded.ts';

const MAX_FILES = 20_000;
const MAX_DEPTH = 4;

/**
 * Imports files and folders (with their folders, four deep). Throws AppError(bad_input) for a path that does not exist.
 *
 * @example const { stored, quarantined } = await importPaths(embedded, ['/downloads/bhavcopy']);
 */
export async function importPaths(
  embedded: Embedded,
  paths: readonly string[],
  options: ImportOptions = {},
): Promise<ImportReport> {
  const files = paths.flatMap((path) => listFiles(path));
  if (files.length === 0) throw noFiles(paths);
  return importFiles(embedded.ingest, files, options);
}

/** Throws AppError(bad_input) when a path does not exist or holds no file, before anything is changed for it. */
export function requirePaths(paths: readonly string[]): void {
  if (paths.flatMap((path) => listFiles(path)).length === 0) throw noFiles(paths);
}

function noFiles(paths: readonly string[]): AppError {
  return new AppError('bad_input', `no file is in ${paths.join(', ')}; give a folder or files (.csv, .csv.gz, .zip)`);
}

/** The files of a path; a folder's with those of its folders, four deep. */
export function listFiles(path: string): ImportFile[] {
  if (!existsSync(path)) throw new AppError('bad_input', `there is no file or folder "${path}"; check the path`);
  if (statSync(path).isFile()) return [{ name: basename(path), read: () => readFile(path) }];
  const files: ImportFile[] = [];
  const walk = (folder: string, prefix: string, depth: number): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const full = join(folder, entry.name);
      if (entry.isFile()) files.push({ name: `${prefix}${entry.name}`, read: () => readFile(full) });
      else if (entry.isDirectory() && depth < MAX_DEPTH && !entry.name.startsWith('.'))
        walk(full, `${prefix}${entry.name}/`, depth + 1);
      if (files.length > MAX_FILES)
        throw new AppError('too_large', `more than ${MAX_FILES} files are in ${path}; import it in parts`);
    }
  };
  walk(path, '', 1);
  return files;
}
