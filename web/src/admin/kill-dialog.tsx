'use client';
import type { KillState, SetKill } from '@aion/contracts';
import { isWhy, WHY_LETTERS } from '@aion/core/why-letters';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { dateTime } from '../ui/format.ts';
import { ActionError } from './query-state.tsx';

/** What the person pressed, and the state that they saw then. Neither follows the switch while the dialog is open. */
export interface KillIntent {
  readonly active: boolean;
  readonly seen: KillState;
}

/** Asks for the reason of a stop or of a release. It stays what it was opened as, and says when somebody changed the switch meanwhile. */
export function KillDialog(props: {
  intent: KillIntent;
  kill: KillState;
  pending: boolean;
  error: Error | null;
  onConfirm: (change: SetKill) => void;
  onClose: () => void;
}) {
  const { intent, kill } = props;
  const [reason, setReason] = useState('');
  const stops = intent.active;
  const isChanged =
    kill.active !== intent.seen.active || kill.known !== intent.seen.known || kill.at !== intent.seen.at;
  return (
    <Dialog alert open onClose={props.onClose} label={stops ? 'Press the kill switch' : 'Release the kill switch'}>
      <form
        className="flex flex-col gap-4 p-6"
        onSubmit={(event) => {
          event.preventDefault();
          props.onConfirm({
            active: stops,
            reason: reason.trim(),
            ...(stops ? {} : { seenAt: intent.seen.at }),
          });
        }}
      >
        <h2 className="text-lead font-semibold">{stops ? 'Stop everything?' : 'Release the kill switch?'}</h2>
        <p className="text-ink-2">{stops ? kill.effect : 'New entries are possible again, at once.'}</p>
        {isChanged && (
          <p role="alert" className="rounded-md border border-danger bg-danger-soft px-3 py-2 text-danger">
            {changeWords(kill)}{' '}
            {stops
              ? 'Stopping keeps it on, or turns it on again, with your reason.'
              : 'This release was for the state before. Close this, look at the new one and decide again.'}
          </p>
        )}
        <Field
          label="Reason, for the record"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          required
          minLength={WHY_LETTERS.least}
          maxLength={WHY_LETTERS.most}
          autoFocus
          hint="At least three characters."
        />
        <ActionError error={props.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={props.onClose}>Leave it as it is</Button>
          <Button
            type="submit"
            weight={stops ? 'danger' : 'primary'}
            disabled={props.pending || !isWhy(reason) || (isChanged && !stops)}
          >
            {stops ? 'Stop everything' : 'Release'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function changeWords(kill: KillState): string {
  if (!kill.known) return 'The state of the switch cannot be read any more.';
  const by = kill.by === null ? 'Somebody' : kill.by;
  const at = kill.at === null ? '' : ` ${dateTime(Date.parse(kill.at))}`;
  return `${by} ${kill.active ? 'pressed' : 'released'} the switch meanwhile,${at}: ${kill.reason ?? 'no reason is known'}.`;
}
