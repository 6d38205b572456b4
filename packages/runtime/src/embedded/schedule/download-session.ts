import type { SessionDate } from '@aion/core';
import type { Embedded } from '../compose-embedded.ts';

/** Asks the exchange for a session's file; does nothing where that source is turned off. */
export async function downloadSession(embedded: Embedded, sessionDate: SessionDate): Promise<void> {
  // The clients of a dozen vendors are not worth loading with every command.
  const [{ openSources }, { fetchIndexBars, runBackfill }] = await Promise.all([
    import('../sources/open-sources.ts'),
    import('@aion/jobs/sources'),
  ]);
  const sources = await openSources(embedded);
  if (!sources.standing('nse').on) return;
  await runBackfill(embedded, sources, { from: sessionDate, to: sessionDate, retryFailed: true });
  await fetchIndexBars(embedded, sources, 'NSE', sessionDate);
}
