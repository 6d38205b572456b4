import { verifyRecord } from '@aion/pipeline';
import type { LedgerReport } from '@aion/signals';
import type { Host } from '../host.ts';

/**
 * Recomputes the host's stored track record against every stored signal of the sessions it names.
 *
 * @example const report = await verifyStoredLedger({ items, ledgerSecret });
 */
export function verifyStoredLedger(host: Pick<Host, 'items' | 'ledgerSecret'>): Promise<LedgerReport> {
  return verifyRecord(host.items, 'NSE', host.ledgerSecret);
}
