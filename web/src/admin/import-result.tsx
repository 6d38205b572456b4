import type { ImportReport } from '@aion/contracts';
import { Tag } from '../ui/badge.tsx';
import { count, fixed, sessionDay } from '../ui/format.ts';
import { ImportProgress } from './import-progress.tsx';

export interface UploadedFile {
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
  readonly state: 'waiting' | 'sending' | 'done' | 'failed';
  readonly report?: ImportReport;
  readonly error?: string;
}

const STATUS = {
  imported: ['Imported', 'good'],
  refused: ['Refused', 'danger'],
  ignored: ['Ignored', 'warn'],
} as const;

/** What became of one uploaded file; an archive may hold several. */
export function ImportResult({ file }: { file: UploadedFile }) {
  return (
    <li className="rounded-md border border-line px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-medium break-all">{file.name}</span>
        <span className="num text-note text-ink-3">{fixed(file.bytes / 1024, 1)} KiB</span>
      </div>
      {file.state === 'waiting' && <p className="text-ink-3">Waits for its turn</p>}
      {file.state === 'sending' && <ImportProgress name={file.name} />}
      {file.state === 'failed' && (
        <p role="alert" className="mt-1 text-danger">
          {file.error}
        </p>
      )}
      {file.report !== undefined && <Report report={file.report} />}
    </li>
  );
}

function Report({ report }: { report: ImportReport }) {
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
