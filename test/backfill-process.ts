// A backfill in a process of its own, so that a test can interrupt and kill it: home, address of the vendor, first and last day.
import { composeEmbedded, loadConfig } from '@aion/runtime';
import { openSources } from '@aion/runtime/sources';
import { runBackfill } from '@aion/jobs/sources';

const [home = '', url = '', from = '', to = ''] = process.argv.slice(2);
const embedded = composeEmbedded(loadConfig({ AION_HOME: home, AION_LOG_LEVEL: 'silent' }, home));
const http = { limiter: { acquire: async () => undefined } };
const sources = await openSources(embedded, { urls: { nse: url }, http });
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('interrupted')));
const report = await runBackfill(embedded, sources, { from, to, batch: 4, signal: stop.signal });
embedded.close();
process.stdout.write(`${JSON.stringify(report)}\n`);
