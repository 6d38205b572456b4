import type { SessionDate } from '@aion/core';
import type { Host } from '@aion/jobs';
import type { Sources } from '@aion/jobs/sources';
import type { Embedded } from '../compose-embedded.ts';

/** Asks the exchange for a session's files; does nothing where that source is turned off. */
export async function downloadSession(embedded: Embedded, sessionDate: SessionDate): Promise<void> {
  // The clients of a dozen vendors are not worth loading with every command.
  const { openSources } = await import('../sources/open-sources.ts');
  await downloadFrom(embedded, await openSources(embedded), sessionDate);
}

/** Brings a session's bhavcopy and its indices from these sources. */
export async function downloadFrom(host: Host, sources: Sources, sessionDate: SessionDate): Promise<void> {
  if (!sources.standing('nse').on) return;
  const { fetchIndexBars, runBackfill } = await import('@aion/jobs/sources');
  await runBackfill(host, sources, { from: sessionDate, to: sessionDate, retryFailed: true });
  await fetchIndexBars(host, sources, 'NSE', sessionDate);
}
