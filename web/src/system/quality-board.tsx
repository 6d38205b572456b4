'use client';
import type { QualityAnswer } from '@aion/contracts';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { ActionLogPanel } from './action-log-panel.tsx';
import { isDated, SEVERITIES, type FindingQuery } from './finding-query.ts';
import { FindingsPanel } from './findings-panel.tsx';
import { FreshnessPanel } from './freshness-panel.tsx';
import { JobsPanel } from './jobs-panel.tsx';
import { ProposalsPanel } from './proposals-panel.tsx';
import { ReportHead } from './report-head.tsx';
import { SessionsPanel } from './sessions-panel.tsx';
import { SourcesPanel } from './sources-panel.tsx';
import { SymbolsPanel } from './symbols-panel.tsx';

const QUERY = {
  code: parseAsString.withDefault(''),
  symbol: parseAsString.withDefault(''),
  severity: parseAsStringLiteral(SEVERITIES),
  session: parseAsString.withDefault(''),
  log: parseAsString.withDefault(''),
};

/** The report with what people can do about it; every filter is in the address. Without a report, what needs none. */
export function QualityBoard({ report, accepted }: QualityAnswer) {
  const [{ log, ...query }, setQuery] = useQueryStates(QUERY, { history: 'replace' });
  const change = (part: Partial<FindingQuery>): void => void setQuery(part);
  const showFindings = (part: Partial<FindingQuery>): void => {
    change(part);
    document.getElementById('findings')?.scrollIntoView({ block: 'start' });
  };
  const showLog = (symbol: string): void => void setQuery({ log: symbol });
  return (
    <div className="mt-3 grid grid-cols-[minmax(0,1fr)] gap-3">
      {report !== null && (
        <>
          <ReportHead report={report} />
          <SessionsPanel report={report} session={query.session} onSession={(session) => change({ session })} />
          <ProposalsPanel
            proposals={report.proposals}
            onWritten={showLog}
            onLog={(symbol) => {
              showLog(symbol);
              document.getElementById('action-log')?.scrollIntoView({ block: 'nearest' });
            }}
          />
          <FindingsPanel report={report} accepted={accepted.filter(isDated)} query={query} onChange={change} />
          <SymbolsPanel
            report={report}
            onSymbol={(symbol) => showFindings({ symbol, code: '', severity: null, session: '' })}
          />
        </>
      )}
      <ActionLogPanel symbol={log} onSymbol={showLog} />
      <FreshnessPanel />
      <JobsPanel />
      <SourcesPanel />
    </div>
  );
}
