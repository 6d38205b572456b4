import { csvCell } from '@aion/core/csv-cell';
import type { Finding, Kind } from './finding-query.ts';

/** The findings as CSV (RFC 4180), with where they come from as a remark first. Sessions are days of the exchange. */
export function findingsCsv(findings: readonly Finding[], kinds: readonly Kind[], sessionDate: string): string {
  const titles = new Map(kinds.map(({ code, title }) => [code, title]));
  const rows = findings.map((finding) => [
    finding.severity,
    finding.code,
    titles.get(finding.code) ?? '',
    finding.symbol ?? '',
    finding.sessionDate ?? '',
    finding.message,
  ]);
  return [
    csvCell(
      `# Findings of the data checks as of the session of ${sessionDate}. Sessions are exchange days. Not investment advice.`,
    ),
    'severity,code,title,symbol,session_date,message',
    ...rows.map((row) => row.map(csvCell).join(',')),
    '',
  ].join('\r\n');
}
