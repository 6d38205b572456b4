import type { ImportReport as Report } from '@aion/contracts';
import { Tag } from '../ui/badge.tsx';
import { count, sessionDay } from '../ui/format.ts';

const STATUS = {
  imported: ['Imported', 'good'],
  refused: ['Refused', 'danger'],
  ignored: ['Ignored', 'warn'],
} as const;

/** What the server says of an upload: each file of it with its rows. */
export function ImportReport({ report }: { report: Report }) {
  return (
    <>
      {report.files.map((each) => {
        const [word, tone] = STATUS[each.status];
        return (
          <div key={each.name} className="mt-2">
            <p className="num flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-2">
              <Tag tone={tone}>{word}</Tag>
              {report.files.length > 1 && <span className="text-ink">{each.name}</span>}
              {each.layout !== null && <span>{each.layout}</span>}
              <span>{count(each.rows)} rows</span>
              <span>{count(each.stored)} stored</span>
              {each.duplicates > 0 && <span>{count(each.duplicates)} known already</span>}
              {each.quarantined > 0 && <span className="text-warn">{count(each.quarantined)} quarantined</span>}
              {each.skippedBySeries > 0 && <span>{count(each.skippedBySeries)} of other series</span>}
            </p>
            {each.reason !== null && (
              <p className={each.status === 'refused' ? 'mt-1 text-danger' : 'mt-1 text-ink-2'}>{each.reason}</p>
            )}
          </div>
        );
      })}
      {report.quarantined.length > 0 && (
        <p className="mt-1 text-note text-ink-3">
          {report.quarantined.map((each) => `${each.title}: ${count(each.count)}`).join(' · ')}
        </p>
      )}
      {report.sessions.length > 0 && (
        <p className="num mt-1 text-note text-ink-3">
          {count(report.symbols)} symbols, {sessionSpan(report.sessions)}
        </p>
      )}
    </>
  );
}

function sessionSpan(sessions: readonly string[]): string {
  const [first = '', last = first] = [sessions[0], sessions.at(-1)];
  if (sessions.length === 1) return sessionDay(first);
  return `${count(sessions.length)} sessions from ${sessionDay(first)} to ${sessionDay(last)}`;
}
