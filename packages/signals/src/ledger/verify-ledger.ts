import type { PublishedSignal } from '../signal.ts';
import { commitmentOf, entryHash, GENESIS, merkleRoot, saltOf, type LedgerEntry, type LedgerRoot } from './chain.ts';

export interface LedgerReport {
  readonly ok: boolean;
  readonly entries: number;
  readonly roots: number;
  readonly signalsChecked: number;
  readonly headHash: string;
  /** What does not hold, first found first, at most 50. */
  readonly problems: readonly string[];
}

/**
 * Recomputes the whole record: every link, the head, every root, and every stored signal against its commitment. Finds an
 * added, changed, reordered or removed signal. `published` names the revisions that readers were pointed at: each must have
 * its root; what a run stored before it was stopped was never published and need not be in the record.
 */
export function verifyLedger(
  ledger: { entries: readonly LedgerEntry[]; roots: readonly LedgerRoot[]; head: { seq: number; hash: string } },
  signals: readonly PublishedSignal[],
  secret: string,
  published: ReadonlySet<string>,
): LedgerReport {
  const problems: string[] = [];
  const report = (problem: string): void => {
    if (problems.length < 50) problems.push(problem);
  };
  let previous = GENESIS;
  ledger.entries.forEach((entry, index) => {
    const { hash, ...unhashed } = entry;
    if (entry.seq !== index + 1) report(`entry ${index + 1} is missing: found number ${entry.seq} in its place`);
    if (entry.previousHash !== previous) report(`entry ${entry.seq} does not follow the one before it`);
    if (entryHash(unhashed) !== hash) report(`entry ${entry.seq} was changed: its hash does not fit`);
    previous = hash;
  });
  if (ledger.head.seq !== ledger.entries.length || ledger.head.hash !== previous) {
    report(
      `the head names entry ${ledger.head.seq}, the chain ends at ${ledger.entries.length}: entries were removed or added`,
    );
  }
  checkRoots(ledger.entries, ledger.roots, published, report);
  const byId = new Map(ledger.entries.map((entry) => [entry.signalId, entry]));
  for (const { signal, revision } of signals) {
    const entry = byId.get(signal.id);
    const isPublished = published.has(revisionName(signal.sessionDate, revision));
    if (entry === undefined && isPublished)
      report(`signal ${signal.id} (${signal.symbol} ${signal.sessionDate}) was published outside the record`);
    else if (entry !== undefined && entry.commitment !== commitmentOf(saltOf(secret, signal.id), signal)) {
      report(`signal ${signal.id} (${signal.symbol} ${signal.sessionDate}) differs from what was committed`);
    }
    byId.delete(signal.id);
  }
  for (const entry of byId.values())
    report(`signal ${entry.signalId} of ${entry.sessionDate} is in the record but no longer stored`);
  return {
    ok: problems.length === 0,
    entries: ledger.entries.length,
    roots: ledger.roots.length,
    signalsChecked: signals.length,
    headHash: ledger.head.hash,
    problems,
  };
}

function checkRoots(
  entries: readonly LedgerEntry[],
  roots: readonly LedgerRoot[],
  published: ReadonlySet<string>,
  report: (problem: string) => void,
): void {
  const groups = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    const key = revisionName(entry.sessionDate, entry.revision);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  const rooted = new Set<string>();
  for (const root of roots) {
    const key = revisionName(root.sessionDate, root.revision);
    rooted.add(key);
    const group = groups.get(key) ?? [];
    if (group.length !== root.entries || merkleRoot(group.map((entry) => entry.hash)) !== root.merkleRoot) {
      report(`the root of ${key} does not fit its entries`);
    }
  }
  for (const key of published) if (!rooted.has(key)) report(`${key} was published but its root is not in the record`);
}

/** How the record names a revision: its session and number. */
export function revisionName(sessionDate: string, revision: number): string {
  return `${sessionDate} revision ${revision}`;
}
