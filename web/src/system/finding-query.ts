import type { QualityReport } from '@aion/contracts';

export type Finding = QualityReport['issues'][number];
export type Kind = QualityReport['byCode'][number];
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What the list is cut to; all of it lives in the address. */
export interface FindingQuery {
  readonly code: string;
  readonly symbol: string;
  readonly severity: Severity | null;
  readonly session: string;
}

export const NO_FILTER: FindingQuery = { code: '', symbol: '', severity: null, session: '' };
export const isFiltered = (query: FindingQuery): boolean =>
  query.code !== '' || query.symbol.trim() !== '' || query.severity !== null || query.session !== '';

/** The findings that fit: a kind and a session exactly, a symbol by its beginning, so that typing narrows the list. */
export function selectFindings(findings: readonly Finding[], query: FindingQuery): Finding[] {
  const symbol = query.symbol.trim().toUpperCase();
  return findings.filter(
    (finding) =>
      (query.code === '' || finding.code === query.code) &&
      (query.severity === null || finding.severity === query.severity) &&
      (query.session === '' || finding.sessionDate === query.session) &&
      (symbol === '' || finding.symbol?.startsWith(symbol) === true),
  );
}

export function countSeverities(kinds: readonly Kind[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity, count } of kinds) counts[severity] += count;
  return counts;
}

/** A finding that a person can say is in order: an error of one symbol on one session, which holds that symbol back. */
export type AcceptableFinding = Finding & { readonly symbol: string; readonly sessionDate: string };
export const isDated = (finding: Finding): finding is AcceptableFinding =>
  finding.symbol !== null && finding.sessionDate !== null;
export const isAcceptable = (finding: Finding, heldBack: ReadonlySet<string>): finding is AcceptableFinding =>
  finding.severity === 'error' &&
  finding.symbol !== null &&
  finding.sessionDate !== null &&
  heldBack.has(finding.symbol);

export const findingKey = ({ code, symbol, sessionDate }: Pick<Finding, 'code' | 'symbol' | 'sessionDate'>): string =>
  `${code} ${symbol ?? ''} ${sessionDate ?? ''}`;
