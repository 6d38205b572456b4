// A backfill, also in a process of its own, so that a test can interrupt and kill it: home, address of the vendor, first and last day.
import { composeEmbedded, loadConfig } from '@aion/runtime';
import { openSources } from '@aion/runtime/sources';
import { type BackfillReport, runBackfill } from '@aion/jobs/sources';

export async function backfill(
  home: string,
  url: string,
  from: string,
  to: string,
  signal = new AbortController().signal,
): Promise<BackfillReport> {
  const embedded = composeEmbedded(loadConfig({ AION_HOME: home, AION_LOG_LEVEL: 'silent' }, home));
  const http = { limiter: { acquire: async () => undefined } };
  const sources = await openSources(embedded, { urls: { nse: url }, http });
  try {
    return await runBackfill(embedded, sources, { from, to, batch: 4, signal });
  } finally {
    embedded.close();
  }
}

if (import.meta.main) {
  const [home = '', url = '', from = '', to = ''] = process.argv.slice(2);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('interrupted')));
  process.stdout.write(`${JSON.stringify(await backfill(home, url, from, to, stop.signal))}\n`);
}
