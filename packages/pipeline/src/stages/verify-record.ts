import type { Exchange, EpochMs, ItemTable } from '@aion/core';
import {
  loadLedger,
  loadSessionSignals,
  revisionName,
  verifyLedger,
  type LedgerReport,
  type PublishedSignal,
} from '@aion/signals';
import { listPublished } from '../publication/latest-pointer.ts';
import type { Stage } from '../runner/stage.ts';

/** Recomputes the stored track record against every stored signal of the sessions it names. */
export async function verifyRecord(items: ItemTable, exchange: Exchange, ledgerSecret: string): Promise<LedgerReport> {
  const ledger = await loadLedger(items, exchange);
  const pointers = await listPublished(items, exchange);
  const sessions = new Set([...ledger.entries, ...ledger.roots, ...pointers].map((entry) => entry.sessionDate));
  const signals: PublishedSignal[] = [];
  for (const sessionDate of [...sessions].sort())
    signals.push(...(await loadSessionSignals(items, exchange, sessionDate)));
  const published = new Set(pointers.map(({ sessionDate, revision }) => revisionName(sessionDate, revision)));
  return verifyLedger(ledger, signals, ledgerSecret, published);
}

export interface RecordCheck {
  readonly ok: boolean;
  readonly entries: number;
  readonly problems: readonly string[];
}

/** Checks the track record. A record that does not hold is a result that the report shows, not a failure of the stage. */
export const verifyRecordStage: Stage<{ nowMs: EpochMs }, RecordCheck> = {
  name: 'verify-record',
  title: 'Check the track record',
  async run(_input, { ports }) {
    const { ok, entries, problems } = await verifyRecord(ports.items, ports.market.exchange, ports.ledgerSecret);
    ports.telemetry.gauge('record_broken', ok ? 0 : 1);
    if (!ok) ports.telemetry.log('error', 'the track record does not hold', { problems: problems.slice(0, 5) });
    return {
      output: { ok, entries, problems: problems.slice(0, 20) },
      figures: { entries, record: ok ? 'holds' : 'BROKEN' },
    };
  },
};
