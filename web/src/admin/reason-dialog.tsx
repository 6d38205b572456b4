'use client';
import { useState, type ReactNode } from 'react';
import { isWhy, WHY_LETTERS } from '@aion/core/why-letters';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { ActionError } from './query-state.tsx';

export interface ReasonDialogProps {
  readonly open: boolean;
  readonly title: string;
  /** What the step does, before it is done. */
  readonly explain: ReactNode;
  /** Fields beside the reason. */
  readonly children?: ReactNode;
  readonly confirm: string;
  readonly hint?: string | undefined;
  readonly pending: boolean;
  readonly error: Error | null;
  readonly onConfirm: (why: string) => void;
  readonly onClose: () => void;
}

/** A step that is written down with its reason; a refusal by the server stays in the dialog, with what was entered. */
export function ReasonDialog(props: ReasonDialogProps) {
  return (
    <Dialog open={props.open} onClose={props.onClose} label={props.title}>
      <ReasonForm {...props} />
    </Dialog>
  );
}

function ReasonForm(props: ReasonDialogProps) {
  const [why, setWhy] = useState('');
  return (
    <form
      className="flex flex-col gap-4 p-6"
      onSubmit={(event) => {
        event.preventDefault();
        props.onConfirm(why.trim());
      }}
    >
      <h2 className="text-lead font-semibold">{props.title}</h2>
      <div className="text-ink-2">{props.explain}</div>
      {props.children}
      <Field
        label="Why, for the record"
        value={why}
        onChange={(event) => setWhy(event.target.value)}
        required
        minLength={WHY_LETTERS.least}
        maxLength={WHY_LETTERS.most}
        hint={props.hint ?? 'At least three characters. It is kept with your name.'}
      />
      <ActionError error={props.error} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={props.onClose}>Leave it as it is</Button>
        <Button type="submit" weight="primary" disabled={props.pending || !isWhy(why)}>
          {props.pending ? 'Working…' : props.confirm}
        </Button>
      </div>
    </form>
  );
}
