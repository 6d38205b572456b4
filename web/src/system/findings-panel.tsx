'use client';
import type { QualityReport } from '@aion/contracts';
import { Search } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useRowKeys } from '../frame/row-keys.ts';
import { Button } from '../ui/button.tsx';
import { Choice, Pill } from '../ui/choice.tsx';
import { cx } from '../ui/class-names.ts';
import { inputClass } from '../ui/field.tsx';
import { count, sessionDay } from '../ui/format.ts';
import { SaveButton } from '../ui/save-button.tsx';
import { Empty } from '../ui/state.tsx';
import { useAccepted } from './accepted.ts';
import { DecisionDialog } from './decision-dialog.tsx';
import { findingsCsv } from './finding-csv.ts';
import {
  countSeverities,
  findingKey,
  isAcceptable,
  isFiltered,
  NO_FILTER,
  selectFindings,
  SEVERITIES,
  type AcceptableFinding,
  type FindingQuery,
} from './finding-query.ts';
import { FindingRow } from './finding-row.tsx';
import { KindsList } from './kinds-list.tsx';

const PAGE_ROWS = 20;

/** What the checks found: by kind, then one by one. */
export function FindingsPanel(props: {
  report: QualityReport;
  accepted: readonly AcceptableFinding[];
  query: FindingQuery;
  onChange: (change: Partial<FindingQuery>) => void;
}) {
  const { report, query, onChange } = props;
  const panel = useRef<HTMLElement>(null);
  const [pages, setPages] = useState({ of: '', shown: 1 });
  const [accepted, markAccepted] = useAccepted(props.accepted);
  const [asking, setAsking] = useState<{ finding: AcceptableFinding; revoke: boolean } | null>(null);
  const [announcement, setAnnouncement] = useState('');
  const titles = useMemo(() => new Map(report.byCode.map(({ code, title }) => [code, title])), [report]);
  const held = useMemo(
    () => new Set(report.symbols.filter((each) => each.heldBack).map(({ symbol }) => symbol)),
    [report],
  );
  const rows = useMemo(() => selectFindings(report.issues, query), [report, query]);
  const acceptedKeys = new Set(accepted.map(findingKey));
  const listed = useMemo(() => new Set(report.issues.map(findingKey)), [report]);
  const gone = accepted.filter((finding) => !listed.has(findingKey(finding)));
  useRowKeys(panel);
  // Another filter starts again at its first rows.
  const filter = JSON.stringify(query);
  const shownPages = pages.of === filter ? pages.shown : 1;
  const shown = rows.slice(0, shownPages * PAGE_ROWS);
  const totals = countSeverities(report.byCode);
  const all = totals.error + totals.warning + totals.info;
  const titleOf = (code: string): string => titles.get(code) ?? code;

  return (
    <section
      ref={panel}
      id="findings"
      aria-label="Findings"
      className="scroll-mt-16 overflow-hidden rounded-lg border border-line bg-surface"
    >
      <div className="flex min-h-10 flex-wrap items-center justify-between gap-x-4 px-4 pt-2 pb-1">
        <h2 className="font-semibold">Findings</h2>
        <span className="num text-note text-ink-3">
          {count(totals.error)} errors, {count(totals.warning)} warnings, {count(totals.info)} notes
        </span>
      </div>
      {all === 0 ? (
        <Empty title="The checks found nothing">Every bar of every symbol passed.</Empty>
      ) : (
        <>
          <KindsList kinds={report.byCode} code={query.code} onCode={(code) => onChange({ code })} />
          <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
            <Choice
              label="Severity"
              options={['all', ...SEVERITIES]}
              titles={{ all: 'All', error: 'Errors', warning: 'Warnings', info: 'Notes' }}
              value={query.severity ?? 'all'}
              onChange={(value) => onChange({ severity: value === 'all' ? null : value })}
            />
            <div className="relative min-w-40 flex-1 sm:max-w-56">
              <Search size={14} aria-hidden="true" className="absolute top-1/2 left-3 -translate-y-1/2 text-ink-3" />
              <input
                type="search"
                aria-label="Findings of a symbol"
                placeholder="Symbol"
                value={query.symbol}
                onChange={(event) => onChange({ symbol: event.target.value })}
                onKeyDown={(event) => {
                  if (event.key !== 'Escape') return;
                  if (query.symbol !== '') onChange({ symbol: '' });
                  event.currentTarget.blur();
                }}
                className={cx(inputClass, 'pl-8')}
              />
            </div>
            {query.session !== '' && (
              <Pill pressed onPress={() => onChange({ session: '' })}>
                {sessionDay(query.session)} ✕<span className="sr-only"> show all sessions</span>
              </Pill>
            )}
            {isFiltered(query) && (
              <Button weight="quiet" onClick={() => onChange(NO_FILTER)}>
                Clear the filters
              </Button>
            )}
            <span className="ml-auto flex items-center gap-3">
              <span role="status" className="num text-note text-ink-3">
                {announcement} {count(rows.length)} of {count(all)} findings
              </span>
              <SaveButton
                file={`aion-findings-${report.sessionDate}.csv`}
                disabled={rows.length === 0}
                title="The findings below as CSV"
                text={() => findingsCsv(rows, report.byCode, report.sessionDate)}
              />
            </span>
          </div>
          {shown.length === 0 ? (
            <Empty
              title="No finding fits the filters"
              action={<Button onClick={() => onChange(NO_FILTER)}>Clear the filters</Button>}
            >
              {report.moreIssues > 0 &&
                `${count(report.moreIssues)} findings of less weight are not listed here; the command “aion quality” lists all.`}
            </Empty>
          ) : (
            <table role="table" className="w-full text-left max-sm:block">
              <caption className="sr-only">Findings, errors first, each group newest first</caption>
              <thead role="rowgroup" className="text-note text-ink-3 max-sm:sr-only">
                <tr role="row">
                  {['Severity', 'Symbol', 'Session', 'What was found', 'Decision'].map((title) => (
                    <th
                      key={title}
                      role="columnheader"
                      scope="col"
                      className="h-9 px-2 font-medium first:pl-4 last:pr-4 last:text-right"
                    >
                      {title}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody role="rowgroup" className="max-sm:block">
                {shown.map((finding, at) => {
                  const key = findingKey(finding);
                  const acceptable = isAcceptable(finding, held);
                  return (
                    <FindingRow
                      key={`${key} ${at}`}
                      finding={finding}
                      title={titleOf(finding.code)}
                      decision={acceptable ? (acceptedKeys.has(key) ? 'accepted' : 'accept') : null}
                      onSymbol={(symbol) => onChange({ symbol })}
                      onSession={(session) => onChange({ session })}
                      onAccept={() => acceptable && setAsking({ finding, revoke: false })}
                      onUndo={() => acceptable && setAsking({ finding, revoke: true })}
                    />
                  );
                })}
              </tbody>
            </table>
          )}
          {shown.length < rows.length && (
            <div className="border-t border-line p-3 text-center">
              <Button onClick={() => setPages({ of: filter, shown: shownPages + 1 })}>
                Show {count(Math.min(PAGE_ROWS, rows.length - shown.length))} more
              </Button>
            </div>
          )}
          {shown.length > 0 && report.moreIssues > 0 && (
            <p className="border-t border-line px-4 py-2 text-note text-ink-3">
              {count(report.moreIssues)} findings of less weight are not listed; the command <code>aion quality</code>{' '}
              lists all.
            </p>
          )}
        </>
      )}
      {gone.length > 0 && (
        <ul aria-label="Accepted and no longer in the report" className="border-t border-line px-4 py-2">
          {gone.map((finding) => (
            <li key={findingKey(finding)} className="num flex flex-wrap items-center gap-x-3 text-ink-2">
              Accepted, so no longer listed: {finding.symbol}, {sessionDay(finding.sessionDate)}
              <Button
                weight="quiet"
                onClick={() => setAsking({ finding, revoke: true })}
                aria-label={`Undo the acceptance of ${finding.symbol}`}
              >
                Undo…
              </Button>
            </li>
          ))}
        </ul>
      )}
      {asking !== null && (
        <DecisionDialog
          finding={asking.finding}
          title={titleOf(asking.finding.code)}
          revoke={asking.revoke}
          onClose={() => setAsking(null)}
          onDone={() => {
            markAccepted(asking.finding, !asking.revoke);
            setAnnouncement(
              asking.revoke
                ? `${asking.finding.symbol} is held back again.`
                : `Accepted: the next run uses ${asking.finding.symbol} again.`,
            );
            setAsking(null);
          }}
        />
      )}
    </section>
  );
}
