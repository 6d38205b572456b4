import { takeLease, workLease } from '@aion/pipeline';
import type { Host } from '../host.ts';
import { backfill, type BackfillOptions, type BackfillReport } from './backfill.ts';
import type { Sources } from './sources.ts';

const RENEW_MS = 10_000;

/** Runs a backfill of this host under a lease: two at once would ask for the same days. */
export async function runBackfill(host: Host, sources: Sources, options: BackfillOptions): Promise<BackfillReport> {
  const { exchange = 'NSE' } = options;
  const lease = await takeLease(host.items, host.clock, workLease(exchange, 'backfill'), host.owner);
  const lost = new AbortController();
  const stopRenewing = host.every(RENEW_MS, () => void lease.renew().catch((error: unknown) => lost.abort(error)));
  const signal = options.signal === undefined ? lost.signal : AbortSignal.any([lost.signal, options.signal]);
  try {
    const report = await backfill(host.ingest, sources.marketFiles(), { ...options, signal });
    lost.signal.throwIfAborted();
    return report;
  } finally {
    stopRenewing();
    await lease.release();
    await sources.save();
  }
}
