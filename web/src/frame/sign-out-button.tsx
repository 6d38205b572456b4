'use client';
import { LogOut } from 'lucide-react';
import { Notes } from '../login/notes.tsx';
import { useAttempt } from '../login/use-attempt.ts';
import { Button } from '../ui/button.tsx';
import { signOut } from './sign-out.ts';

export function SignOutButton() {
  const { busy, error, run } = useAttempt();
  return (
    <>
      <Notes error={error} done={null} />
      <Button disabled={busy} onClick={() => void run(signOut)}>
        <LogOut size={14} aria-hidden="true" />
        Sign out
      </Button>
    </>
  );
}
