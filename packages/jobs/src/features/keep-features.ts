import type { Exchange, SessionDate } from '@aion/core';
import type { Host } from '../host.ts';
import { hasSucceeded } from '../runs/prepare-execution.ts';
import { featuresOfSession } from './stored-features.ts';

/**
 * Computes the features of a session's instruments and keeps them in the store, once its daily run has ended: whoever asks for them later, and
 * what alerts ask for, finds them there.
 *
 * @returns `done` false while the session has no daily run that succeeded.
 */
export async function keepFeatures(
  host: Host,
  exchange: Exchange,
  session: SessionDate,
): Promise<{ readonly done: boolean; readonly figures: Readonly<Record<string, string | number>> }> {
  if (!(await hasSucceeded(host, exchange, session)))
    return { done: false, figures: { features: 'waits for the daily run' } };
  const { day } = await featuresOfSession(host, exchange, [], session);
  const { found, continued, computed, failed } = day;
  return { done: true, figures: { found, continued, computed, failed: failed.length } };
}
