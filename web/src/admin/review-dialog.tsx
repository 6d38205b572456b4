'use client';
import type { QuarantinedRow, RowReview, RowReviewRequest } from '@aion/contracts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { postJson } from '../data/browser-api.ts';
import { Field } from '../ui/field.tsx';
import { count } from '../ui/format.ts';
import { sentence } from '../ui/sentence.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { changedFields, readRowFields, ROW_FIELDS, type RowValues } from './row-fields.ts';

export type Decision = RowReviewRequest['decision'];
/** A row that a review can name: a whole file that was refused has no line. */
export type ReviewableRow = QuarantinedRow & { readonly line: number };
export const isReviewable = (row: QuarantinedRow): row is ReviewableRow => row.line !== null;
/** A release stores a bar; the row of a corporate action is none. */
export const isBarRow = (row: QuarantinedRow): boolean => row.code !== 'action';

const FIELD_TITLES: Readonly<Record<keyof RowValues, string>> = {
  symbol: 'Symbol',
  date: 'Session',
  open: 'Open',
  high: 'High',
  low: 'Low',
  close: 'Close',
  volume: 'Volume (shares)',
};

/** Release a quarantined row, corrected where it needs to be, or leave it out for good. */
export function ReviewDialog(props: {
  row: ReviewableRow;
  decision: Decision;
  onClose: () => void;
  onDone: (review: RowReview) => void;
}) {
  const { row, decision } = props;
  const release = decision === 'release';
  const [before] = useState(() => readRowFields(row));
  const [values, setValues] = useState(before);
  const [replace, setReplace] = useState(false);
  const review = useMutation({
    mutationFn: (why: string) => {
      const { entryId, file, line } = row;
      const corrections = release ? changedFields(before, values) : {};
      const request: RowReviewRequest = {
        entryId,
        file,
        line,
        decision,
        why,
        corrections,
        replace: release && replace,
      };
      return postJson<RowReview>('/v1/admin/quarantine/reviews', request, crypto.randomUUID());
    },
    onSuccess: props.onDone,
  });
  return (
    <ReasonDialog
      open
      title={`${release ? 'Release' : 'Dismiss'} line ${count(row.line)} of ${row.file}?`}
      explain={
        <>
          <p>
            {release
              ? 'The row goes through the same checks as any file, with what you change here. If it passes it is stored.'
              : 'The row is left out for good. Nothing that is stored changes.'}
          </p>
          <p className="mt-2 text-note text-ink-3">{sentence(row.reason)}</p>
          <RowText text={row.row} />
        </>
      }
      confirm={release ? 'Release the row' : 'Dismiss the row'}
      pending={review.isPending}
      error={review.error}
      onConfirm={(why) => review.mutate(why)}
      onClose={props.onClose}
    >
      {release && (
        <>
          <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
            {ROW_FIELDS.map((field) => (
              <Field
                key={field}
                label={FIELD_TITLES[field]}
                value={values[field]}
                required={before[field] !== ''}
                maxLength={40}
                autoComplete="off"
                {...(field === 'date' ? { placeholder: 'year-month-day' } : {})}
                onChange={(event) => setValues({ ...values, [field]: event.target.value })}
                hint={
                  values[field] === before[field] ? undefined : `was ${before[field] === '' ? 'empty' : before[field]}`
                }
              />
            ))}
          </div>
          <label className="flex items-center gap-2">
            <input type="checkbox" checked={replace} onChange={(event) => setReplace(event.target.checked)} />
            Replace a stored bar that has other values
          </label>
        </>
      )}
    </ReasonDialog>
  );
}

/** A row as it stood in the file. */
export function RowText({ text }: { text: string | null }) {
  if (text === null) return null;
  return (
    <code className="mt-1 block rounded-sm bg-raised px-2 py-1 font-mono text-note break-all whitespace-pre-wrap text-ink-2">
      {text}
    </code>
  );
}
