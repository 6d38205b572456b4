import { toEpochDay } from '@aion/core';
import { instantOf, type Provenance } from '@aion/market/sources';
import { collectDrafts, type DraftCollector, numberOf, toSymbols } from '../drafts.ts';
import type { Ownership, Submissions } from './schema.ts';

const HOUR_MS = 3_600_000;

export interface Filing {
  readonly accession: string;
  /** The document itself, without the folder of the style sheet that renders it. */
  readonly document: string;
  readonly acceptedMs: number;
}

/**
 * Filings of insiders' trades. EDGAR's time of acceptance is New York's and is marked as UTC in places: taken five hours later it is never too
 * early.
 */
export function mapFilings({ filings: { recent } }: Submissions): Filing[] {
  return recent.form.flatMap((form, row) => {
    const accepted = Date.parse(recent.acceptanceDateTime[row] ?? '');
    const [accession, document] = [recent.accessionNumber[row], recent.primaryDocument[row]];
    if (form !== '4' || Number.isNaN(accepted) || accession === undefined || document === undefined) return [];
    return [{ accession, document: document.replace(/^xsl[^/]*\//, ''), acceptedMs: accepted + 5 * HOUR_MS }];
  });
}

function sideOf(code: string): 'buy' | 'sell' | 'other' {
  // P and S are trades in the open market; grants, gifts and exercises say nothing of the price.
  return code === 'P' ? 'buy' : code === 'S' ? 'sell' : 'other';
}

export function mapOwnership(
  { ownershipDocument: given }: Ownership,
  filing: Filing,
  provenance: Provenance,
): DraftCollector {
  const all = collectDrafts('sec', provenance, true);
  const symbols = toSymbols([given.issuer.issuerTradingSymbol]);
  const owners = given.reportingOwner;
  const relation = owners[0]?.reportingOwnerRelationship;
  const yes = (text: string | undefined): boolean => text === '1' || text === 'true';
  const roles = [
    ...(yes(relation?.isDirector) ? ['director'] : []),
    ...(yes(relation?.isOfficer) ? [relation?.officerTitle || 'officer'] : []),
    ...(yes(relation?.isTenPercentOwner) ? ['10% owner'] : []),
  ];
  const table = given.nonDerivativeTable;
  const transactions = table === undefined || table === '' ? [] : table.nonDerivativeTransaction;
  transactions.forEach((trade, index) => {
    const date = trade.transactionDate?.value?.slice(0, 10) ?? '';
    const shares = numberOf(trade.transactionAmounts.transactionShares?.value);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || shares === null || shares <= 0 || symbols.length === 0) {
      all.reject(
        filing.accession,
        `transaction ${index + 1}: expected a symbol, a date and shares, found "${date}", ${shares}`,
      );
      return;
    }
    const eventMs = instantOf(toEpochDay(date), 0, 'America/New_York');
    all.add({
      kind: 'insider_trade',
      symbols,
      eventMs,
      knownMs: Math.max(eventMs, Math.min(filing.acceptedMs, provenance.fetchedMs)),
      filingId: `${filing.accession}#${index + 1}`,
      person: owners.map(({ reportingOwnerId }) => reportingOwnerId.rptOwnerName).join('; '),
      role: roles.join(', ') || null,
      side: sideOf(trade.transactionCoding.transactionCode),
      shares,
      price: numberOf(trade.transactionAmounts.transactionPricePerShare?.value),
      currency: 'USD',
    });
  });
  return all;
}
