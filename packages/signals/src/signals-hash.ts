import { hashOf } from '@aion/core';
import type { Signal } from './signal.ts';

/** One hash for a run's signals. The snapshot is part of each signal, so any changed input changes it; times are not. */
export function signalsHash(snapshotId: string, signals: readonly Signal[]): string {
  return hashOf({ snapshotId, signals: [...signals].sort((a, b) => a.rank - b.rank) });
}
