'use client';
import { LogOut } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { signOut } from './sign-out.ts';

export function SignOutButton() {
  const [busy, setBusy] = useState(false);
  return (
    <Button
      disabled={busy}
      onClick={() => {
        setBusy(true);
        void signOut();
      }}
    >
      <LogOut size={14} aria-hidden="true" />
      Sign out
    </Button>
  );
}
