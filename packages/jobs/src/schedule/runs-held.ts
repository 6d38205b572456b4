import { isAppError } from '@aion/core';
import { requireFlag } from '@aion/trading';
import type { Host } from '../host.ts';

/**
 * Why no run starts by itself now; null where nothing holds them. What nobody can read holds them too: a flag that is damaged is no leave.
 *
 * @example await whyRunsAreHeld(host) // 'scheduled-runs is switched off by ops@…: the vendor changed its files'
 */
export async function whyRunsAreHeld({ items }: Pick<Host, 'items'>): Promise<string | null> {
  try {
    await requireFlag(items, 'scheduled-runs');
    return null;
  } catch (error) {
    if (isAppError(error, 'unavailable') || isAppError(error, 'corrupt')) return error.message;
    throw error;
  }
}
