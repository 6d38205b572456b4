import type { QualityReport } from '@aion/contracts';
import type { ReactNode } from 'react';
import { compact, count, fixed, sessionDay } from '../ui/format.ts';
import { countSeverities } from './finding-query.ts';

/** The report in five numbers. */
export function ReportHead({ report }: { report: QualityReport }) {
  const held = report.symbols.filter((each) => each.heldBack).length;
  const { error, warning } = countSeverities(report.byCode);
  const asOf = `Bars up to ${sessionDay(report.sessionDate)}, checked by the daily run`;
  return (
    <section
      aria-label="The report in numbers"
      className="grid grid-cols-2 overflow-hidden rounded-lg border border-line bg-surface md:grid-cols-5 [&>*]:border-line max-md:[&>*:nth-child(n+2)]:border-t max-md:[&>*:nth-child(odd):not(:first-child)]:border-l md:[&>*+*]:border-l"
    >
      <Cell
        name="Mean score"
        title={`${asOf}; 100 less 40 for each error, 10 for each warning and the share of missing sessions, over the sessions scored`}
        note="of 100, over all symbols"
        className="max-md:col-span-2"
      >
        {fixed(report.meanScore, 1)}
      </Cell>
      <Cell
        name="Held back"
        title={`${asOf}; no run uses these symbols until their errors are accepted, explained or corrected`}
        note={
          held === 0 ? 'every symbol can be used' : held === 1 ? 'symbol that no run uses' : 'symbols that no run uses'
        }
        alarming={held > 0}
      >
        {count(held)}
      </Cell>
      <Cell name="Findings" title={asOf} note={`${count(warning)} warnings beside them`}>
        {count(error)} <span className="text-body font-normal text-ink-2">{error === 1 ? 'error' : 'errors'}</span>
      </Cell>
      <Cell
        name="Jumps explained"
        title={`${asOf}; raw one-day moves as large as a split that a corporate action explains`}
        note="by a split, bonus or demerger"
      >
        {count(report.explainedJumps)}
      </Cell>
      <Cell
        name="Checked"
        title={`${asOf}; ${count(report.bars)} daily bars`}
        note={`${compact(report.bars)} daily bars`}
      >
        {count(report.series)} <span className="text-body font-normal text-ink-2">series</span>
      </Cell>
    </section>
  );
}

function Cell(props: {
  name: string;
  title: string;
  note: string;
  alarming?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div className={`min-w-0 px-4 py-3 ${props.className ?? ''}`} title={props.title}>
      <div className="text-note text-ink-3">{props.name}</div>
      <div
        className={`num truncate text-title font-semibold tracking-tight ${props.alarming === true ? 'text-danger' : ''}`}
      >
        {props.children}
      </div>
      <div className="mt-1 text-note sm:truncate text-ink-2">{props.note}</div>
    </div>
  );
}
