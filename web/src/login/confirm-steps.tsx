'use client';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { leaveFor } from '../data/leave.ts';
import { postSession } from '../session/browser.ts';
import { Button } from '../ui/button.tsx';
import { Notes } from './notes.tsx';
import { PasswordForm } from './password-form.tsx';
import { useAttempt } from './use-attempt.ts';

export type LinkType = 'recovery' | 'signup';
interface Opened {
  readonly email: string;
  readonly signedInAs: string | null;
}

const FIRST: Record<LinkType, { title: string; lead: string; button: string }> = {
  recovery: { title: 'Set a new password', lead: 'You have come by a link from a mail.', button: 'Use the link' },
  signup: {
    title: 'Confirm your address',
    lead: 'You have come by a link from a mail.',
    button: 'Confirm the address',
  },
};

const PASSWORD: Record<LinkType, { title: string; lead: string }> = {
  recovery: { title: 'Set a new password', lead: 'It replaces the old one at once.' },
  signup: { title: 'Choose a password', lead: 'You sign in with it from now on.' },
};

/**
 * What a mail's link leads to, in presses: the first uses the link up and says whose account it is, the second makes that account the
 * one that is signed in here, the third sets its password. Nothing happens by opening the address alone.
 */
export function ConfirmSteps({ type, tokenHash }: { type: LinkType; tokenHash: string }) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const [isIn, setIsIn] = useState(false);
  const { busy, error, run } = useAttempt();
  // The secret stays in no history and goes on to no other page.
  useEffect(() => window.history.replaceState(null, '', '/login/confirm'), []);

  if (isIn)
    return (
      <Step {...PASSWORD[type]}>
        <PasswordForm next="/" />
      </Step>
    );
  if (opened === null)
    return (
      <Step title={FIRST[type].title} lead={FIRST[type].lead}>
        <Notes error={error} done={null} />
        <Button
          weight="primary"
          disabled={busy}
          className="h-10"
          onClick={() =>
            void run(async () => {
              setOpened(await postSession<Opened>('verify', { type, tokenHash }));
              return '';
            })
          }
        >
          {busy ? 'One moment…' : FIRST[type].button}
        </Button>
        {error !== null && (
          <Link href="/login" className="text-accent underline-offset-4 hover:underline">
            Back to sign in
          </Link>
        )}
      </Step>
    );
  const other = opened.signedInAs !== null && opened.signedInAs !== opened.email ? opened.signedInAs : null;
  return (
    <Step title="Whose account this is" lead={`This link opens the account of ${opened.email}.`}>
      {other !== null && (
        <p role="note" className="rounded-md border border-warn px-3 py-2 text-warn">
          You are signed in as {other}. Going on signs you out there.
        </p>
      )}
      <Notes error={error} done={null} />
      <Button
        weight="primary"
        disabled={busy}
        className="h-10 min-w-0"
        onClick={() =>
          void run(async () => {
            await postSession('continue', {});
            setIsIn(true);
            return '';
          })
        }
      >
        <span className="min-w-0 truncate">{busy ? 'One moment…' : `Continue as ${opened.email}`}</span>
      </Button>
      <Button
        weight="quiet"
        disabled={busy}
        onClick={() =>
          void run(async () => {
            await postSession('refuse', {});
            leaveFor('/');
            return null;
          })
        }
      >
        This is not my account
      </Button>
    </Step>
  );
}

function Step({ title, lead, children }: { title: string; lead: string; children: React.ReactNode }) {
  return (
    <div className="mt-8">
      <h1 className="text-title font-semibold">{title}</h1>
      <p className="wrap-anywhere text-ink-2">{lead}</p>
      <div className="mt-6 flex flex-col gap-4">{children}</div>
    </div>
  );
}
