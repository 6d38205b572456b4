import { AppError } from '@aion/core';
import { changedSince } from '../src/kill-items.ts';
import type { Kill, KillFile } from '../src/kill.ts';

/** A KillFile in memory. While `broken` is set nothing can be read or written; without history the file is missing. */
export interface MemoryKillFile extends KillFile {
  readonly held: Kill[];
  broken: Error | undefined;
  /** As `broken`, for writes alone: a full disk. */
  full: Error | undefined;
}

export function makeMemoryKillFile(history: readonly Kill[]): MemoryKillFile {
  const held = [...history];
  const requireHeld = (): void => {
    if (file.broken !== undefined) throw file.broken;
    if (held.length === 0) throw new AppError('missing_data', 'there is no kill file');
  };
  const file: MemoryKillFile = {
    held,
    broken: undefined,
    full: undefined,
    async read() {
      requireHeld();
      return held.at(-1)!;
    },
    async head() {
      requireHeld();
      return { kill: held.at(-1)!, seq: held.length };
    },
    async append(changes, after) {
      const problem = file.broken ?? file.full;
      if (problem !== undefined) throw problem;
      if (after !== undefined && after !== held.length) throw changedSince();
      held.push(...changes);
    },
    async history() {
      requireHeld();
      return [...held];
    },
  };
  return file;
}
