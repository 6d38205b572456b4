'use client';
import type { SubmitEvent } from 'react';
import { leaveFor } from '../data/leave.ts';
import { Notes } from '../login/notes.tsx';
import { useAttempt } from '../login/use-attempt.ts';
import { postSession } from '../session/browser.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Panel } from '../ui/panel.tsx';

/** Begins to look as a member. It is for help with what somebody sees: read-only, for a reason that is kept, and soon over. */
export function ViewPanel() {
  const { busy, error, done, run } = useAttempt();
  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [email, reason] = ['email', 'reason'].map((name) => String(form.get(name) ?? '').trim());
    void run(async () => {
      await postSession('view', { email, reason, minutes: Number(form.get('minutes')) });
      leaveFor('/');
      return null;
    });
  }
  return (
    <Panel title="See the product as a member">
      <p className="max-w-prose text-ink-2">
        You see what their plan shows, and never more than yours. Nothing can be changed meanwhile. Who looked, as whom,
        why and for how long is kept in the audit.
      </p>
      <form method="post" onSubmit={submit} className="mt-4 flex max-w-sm flex-col gap-4">
        <Field label="Email of the member" name="email" type="email" autoComplete="off" required maxLength={254} />
        <Field
          label="Reason"
          name="reason"
          required
          minLength={3}
          maxLength={500}
          hint="Such as the number of a ticket."
        />
        <Field label="For" unit="minutes" name="minutes" type="number" min={1} max={60} defaultValue={15} required />
        <Notes error={error} done={done} />
        <Button type="submit" weight="primary" disabled={busy} className="self-start">
          {busy ? 'One moment…' : 'Look as this member'}
        </Button>
      </form>
    </Panel>
  );
}
