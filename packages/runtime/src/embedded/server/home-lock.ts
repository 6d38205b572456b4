import { join } from 'node:path';
import { takeProcessLock } from '@aion/adapters/sqlite/process-lock';
import { AppError } from '@aion/core';

/**
 * Makes this process the one that serves a home: two would each run its schedule. Throws AppError(conflict) while another does;
 * one that was killed holds nothing.
 */
export function lockHome(home: string): { release(): void } {
  const lock = takeProcessLock(join(home, 'serving.lock'));
  if (lock !== undefined) return lock;
  throw new AppError(
    'conflict',
    `another process serves ${home} already; use that one, stop it first, or name another home with AION_HOME`,
  );
}
