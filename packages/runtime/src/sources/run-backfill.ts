import { takeLease } from '@aion/pipeline';
import type { Embedded } from '../compose-embedded.ts';
import { processOwner } from '../home/owner.ts';
import { backfill, type BackfillOptions, type BackfillReport } from './backfill.ts';
import type { Sources } from './compose-sources.ts';

const RENEW_MS = 10_000;

/** Runs a backfill of this home under a lease: two at once would ask for the same days. */
export async function runBackfill(
  embedded: Embedded,
  sources: Sources,
  options: BackfillOptions,
): Promise<BackfillReport> {
  const { exchange = 'NSE' } = options;
  const lease = await takeLease(embedded.items, embedded.clock, `${exchange}#backfill`, processOwner);
  const lost = new AbortController();
  const timer = setInterval(() => {
    lease.renew().catch((error: unknown) => lost.abort(error));
  }, RENEW_MS);
  timer.unref();
  const signal = options.signal === undefined ? lost.signal : AbortSignal.any([lost.signal, options.signal]);
  try {
    const report = await backfill(embedded.ingest, sources.marketFiles(), { ...options, signal });
    lost.signal.throwIfAborted();
    return report;
  } finally {
    clearInterval(timer);
    await lease.release();
    await sources.save();
  }
}
