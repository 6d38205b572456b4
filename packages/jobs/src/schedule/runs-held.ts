import { isAppError } from '@aion/core';
import { requireFlag } from '@aion/trading';
import type { Host } from '../host.ts';

/** What holds the runs that a schedule starts. */
export interface RunsHeld {
  readonly why: string;
  /** Somebody switched them off: then none is owed. False where nobody can read the flag: they stay held, and are missed. */
  readonly byDecision: boolean;
}

/**
 * What holds runs from starting by themselves now; null where nothing does. A flag that nobody can read is no leave, and no decision either.
 * Throws what the store throws where it does not answer: that says nothing of the flag.
 *
 * @example await whatHoldsRuns(host) // { why: 'scheduled-runs is switched off by ops@…: the vendor changed its files', byDecision: true }
 */
export async function whatHoldsRuns({ items }: Pick<Host, 'items'>): Promise<RunsHeld | null> {
  try {
    await requireFlag(items, 'scheduled-runs');
    return null;
  } catch (error) {
    const byDecision = isAppError(error, 'unavailable') && error.context['flag'] !== undefined;
    if (byDecision || isAppError(error, 'corrupt')) return { why: error.message, byDecision };
    throw error;
  }
}
