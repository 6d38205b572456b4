import type { RunSummary } from '@aion/contracts';
import { ChevronRight } from 'lucide-react';
import { Fragment } from 'react';
import { count } from '../ui/format.ts';

type Counts = RunSummary['rejected'];

/** From everything read to what was published, with the reasons for the rest one press away. */
export function RunPanel({ run, published }: { run: RunSummary; published: number }) {
  const rejected = run.rejected.reduce((sum, each) => sum + each.count, 0);
  const steps: readonly (readonly [number, string])[] = [
    [run.symbolsRead, 'scanned'],
    [run.universe, 'passed the gates'],
    [run.hold, 'held'],
    [published, published === 1 ? 'signal' : 'signals'],
  ];
  return (
    <details className="group mt-3 rounded-lg border border-line bg-surface">
      <summary className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 rounded-lg px-4 py-2 hover:bg-raised">
        <ChevronRight size={14} aria-hidden="true" className="text-ink-3 transition-transform group-open:rotate-90" />
        {steps.map(([number, word], index) => (
          <Fragment key={word}>
            {index > 0 && (
              <span aria-hidden="true" className="text-ink-3">
                {index === 2 ? '·' : '→'}
              </span>
            )}
            <span className="num whitespace-nowrap">
              <strong className="font-semibold">{count(number)}</strong> <span className="text-ink-2">{word}</span>
            </span>
          </Fragment>
        ))}
        <span className="num text-ink-2">
          (<span className="text-up">▲ {count(run.buy)} buy</span>,{' '}
          <span className="text-down">▼ {count(run.sell)} sell</span>)
        </span>
        <span className="ml-auto text-note text-ink-3 max-md:hidden">
          {count(rejected)} rejected{run.quarantinedRows > 0 && `, ${count(run.quarantinedRows)} rows quarantined`}: see
          why
        </span>
      </summary>
      <div className="grid gap-6 border-t border-line px-4 py-4 md:grid-cols-3">
        <Reasons title="Rejected before the models" counts={run.rejected} none="Nothing was rejected." />
        <Reasons title="Held after the models" counts={run.held} none="Nothing was held." />
        <Reasons title="Rows in quarantine" counts={run.quarantined} none="Every row could be used." />
      </div>
    </details>
  );
}

function Reasons({ title, counts, none }: { title: string; counts: Counts; none: string }) {
  const most = Math.max(1, ...counts.map((each) => each.count));
  return (
    <div>
      <h2 className="mb-2 text-note font-medium text-ink-3">{title}</h2>
      {counts.length === 0 && <p className="text-ink-2">{none}</p>}
      <ul className="flex flex-col gap-2">
        {counts.map((each) => (
          <li key={each.reason} title={each.reason}>
            <div className="flex justify-between gap-4">
              <span className="text-ink-2">{each.title}</span>
              <span className="num font-medium">{count(each.count)}</span>
            </div>
            <div aria-hidden="true" className="mt-1 h-[3px] rounded-full bg-raised">
              <div
                className="h-full rounded-full bg-line-strong"
                style={{ width: `${Math.max(1, Math.round((each.count / most) * 100))}%` }}
              />
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
