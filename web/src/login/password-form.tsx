'use client';
import type { SubmitEvent } from 'react';
import { leaveFor } from '../data/leave.ts';
import { postSession } from '../session/browser.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notes } from './notes.tsx';
import { useAttempt } from './use-attempt.ts';

export const MIN_PASSWORD = 8;

/** Sets a new password for who is signed in. `next` is where it leads; without one the page stays and says that it is done. */
export function PasswordForm({ next }: { next?: string }) {
  const { busy, error, done, run } = useAttempt();
  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = event.currentTarget;
    const password = String(new FormData(form).get('password') ?? '');
    void run(async () => {
      await postSession('password', { password });
      if (next === undefined) {
        form.reset();
        return 'The password is changed. Every other device is signed out.';
      }
      leaveFor(next);
      return null;
    });
  }
  return (
    <form method="post" onSubmit={submit} className="flex max-w-sm flex-col gap-4">
      <Field
        label="New password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={MIN_PASSWORD}
        hint={`At least ${MIN_PASSWORD} characters.`}
      />
      <Notes error={error} done={done} />
      <Button type="submit" weight={next === undefined ? 'plain' : 'primary'} disabled={busy} className="h-10">
        {busy ? 'One moment…' : 'Save the password'}
      </Button>
    </form>
  );
}
