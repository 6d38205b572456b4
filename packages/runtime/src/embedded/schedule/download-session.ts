import type { SessionDate } from '@aion/core';
import type { Embedded } from '../compose-embedded.ts';

/** Asks the exchange for a session's files, or the vendors for its bars. */
export async function downloadSession(
  embedded: Embedded,
  sessionDate: SessionDate,
  from: 'exchange' | 'vendors',
): Promise<void> {
  // The clients of a dozen vendors are not worth loading with every command.
  const [{ openSources }, { bringSession, fetchSessionOfVendors }] = await Promise.all([
    import('../sources/open-sources.ts'),
    import('@aion/jobs/sources'),
  ]);
  const sources = await openSources(embedded);
  if (from === 'exchange') return bringSession(embedded, sources, sessionDate);
  try {
    await fetchSessionOfVendors(embedded, sources, 'NSE', sessionDate);
  } finally {
    await sources.save();
  }
}
