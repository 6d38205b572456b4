import { listPublished } from '@aion/pipeline';
import {
  loadLedger,
  loadSessionSignals,
  revisionName,
  verifyLedger,
  type LedgerReport,
  type PublishedSignal,
} from '@aion/signals';
import type { Embedded } from './compose-embedded.ts';

/** Recomputes the stored track record against every stored signal of the sessions it names. */
export async function verifyStoredLedger(embedded: Embedded): Promise<LedgerReport> {
  const ledger = await loadLedger(embedded.items, 'NSE');
  const pointers = await listPublished(embedded.items, 'NSE');
  const sessions = new Set([...ledger.entries, ...ledger.roots, ...pointers].map((entry) => entry.sessionDate));
  const signals: PublishedSignal[] = [];
  for (const sessionDate of [...sessions].sort())
    signals.push(...(await loadSessionSignals(embedded.items, 'NSE', sessionDate)));
  const published = new Set(pointers.map(({ sessionDate, revision }) => revisionName(sessionDate, revision)));
  return verifyLedger(ledger, signals, embedded.secrets.ledgerSecret, published);
}
