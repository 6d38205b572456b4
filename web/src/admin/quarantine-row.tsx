'use client';
import type { QuarantinedRow } from '@aion/contracts';
import { Check, CircleSlash } from 'lucide-react';
import { Tag } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { count, dateTime, sessionDay } from '../ui/format.ts';
import { sentence } from '../ui/sentence.ts';
import { isBarRow, isReviewable, RowText, type Decision, type ReviewableRow } from './review-dialog.tsx';

/** One quarantined row with its reason, the row itself and what was decided about it: a card on a phone. */
export function QuarantineRow(props: {
  row: QuarantinedRow;
  onReview: (row: ReviewableRow, decision: Decision) => void;
}) {
  const { row } = props;
  return (
    <li className="grid gap-x-6 gap-y-2 border-t border-line px-4 py-3 md:grid-cols-[minmax(0,5fr)_minmax(0,7fr)_auto]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <span className="font-semibold">{row.symbol ?? 'No symbol'}</span>
          {row.sessionDate !== null && (
            <time dateTime={row.sessionDate} className="num text-ink-2">
              {sessionDay(row.sessionDate)}
            </time>
          )}
        </p>
        <p className="num text-note break-all text-ink-3">
          {row.file}
          {row.line !== null && `, line ${count(row.line)}`}
          {row.field !== null && `, ${row.field}`}
          {row.value !== null && ` = ${row.value}`}
        </p>
      </div>
      <div className="min-w-0">
        <p>{sentence(row.reason)}</p>
        <RowText text={row.row} />
        {row.review === null ? (
          <p className="mt-1 text-note text-ink-2">
            {isBarRow(row) ? row.whatToDo : 'Dismiss it, or correct the file and import it again; the rest is stored.'}
          </p>
        ) : (
          <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-note text-ink-2">
            <Tag tone={row.review.decision === 'released' ? 'good' : 'neutral'}>
              {row.review.decision === 'released' ? (
                <Check size={12} aria-hidden="true" />
              ) : (
                <CircleSlash size={12} aria-hidden="true" />
              )}
              {row.review.decision === 'released' ? 'Released' : 'Dismissed'}
            </Tag>
            <span className="num">
              {dateTime(Date.parse(row.review.at))} by {row.review.by}: {row.review.why}
            </span>
          </p>
        )}
      </div>
      {isReviewable(row) && row.review?.decision !== 'released' && (
        <div className="flex items-start gap-2 md:justify-end">
          {isBarRow(row) && <Button onClick={() => props.onReview(row, 'release')}>Release…</Button>}
          {row.review === null && (
            <Button weight="quiet" onClick={() => props.onReview(row, 'dismiss')}>
              Dismiss…
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
