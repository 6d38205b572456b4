'use client';
import type { DemoLogins } from '@aion/contracts';
import { useEffect, useState, type SubmitEvent } from 'react';
import { leaveFor } from '../data/leave.ts';
import { postJson, postSession } from '../session/browser.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { DemoPanel } from './demo-panel.tsx';
import { Notes } from './notes.tsx';
import { takeOpeningLink } from './opening-link.ts';
import { MIN_PASSWORD } from './password-form.tsx';
import { useAttempt } from './use-attempt.ts';

type Mode = 'in' | 'up' | 'forgot' | 'first-admin';
const WORDS: Record<Mode, { title: string; lead: string; button: string }> = {
  in: { title: 'Sign in', lead: 'Welcome back.', button: 'Sign in' },
  up: { title: 'Create an account', lead: 'You start on the basic plan.', button: 'Create the account' },
  forgot: { title: 'Forgot your password', lead: 'We mail you a link to set a new one.', button: 'Send the link' },
  'first-admin': {
    title: 'Name the administrator',
    lead: 'This home has none yet. Choose who runs it.',
    button: 'Create the administrator',
  },
};

/** Sign in, sign up, forgotten password, and the two links that a start prints. The server keeps the session; this page never sees it. */
export function LoginForm(props: { next: string }) {
  const [mode, setMode] = useState<Mode>('in');
  const [demo, setDemo] = useState<DemoLogins['logins']>([]);
  const [adminSecret, setAdminSecret] = useState('');
  const { busy, error, done, run, clear } = useAttempt();
  // Before the scripts run a press would send the form as a GET, with the password in the address.
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const open = (): void => {
      const link = takeOpeningLink();
      if (link?.kind === 'first-admin') {
        setAdminSecret(link.secret);
        setMode('first-admin');
      }
      if (link?.kind === 'demo')
        void run(async () => {
          setDemo((await postJson<DemoLogins>('/v1/demo/open', { secret: link.secret })).logins);
          return '';
        });
    };
    open();
    setReady(true);
    // Pasted over the address of this page the link loads nothing.
    window.addEventListener('hashchange', open);
    return () => window.removeEventListener('hashchange', open);
    // `run` is made anew with each drawing and does the same.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const turnTo = (next: Mode): void => {
    setMode(next);
    clear();
  };
  const signIn = async (email: string, password: string): Promise<null> => {
    await postSession('sign-in', { email, password });
    // A full load: the server draws the first page with the new session.
    leaveFor(props.next);
    return null;
  };

  async function act(email: string, password: string): Promise<string | null> {
    if (mode === 'in') return signIn(email, password);
    if (mode === 'up') {
      await postSession('sign-up', { email, password });
      return `We have sent a mail to ${email}. Follow its link to open the account.`;
    }
    if (mode === 'forgot') {
      await postSession('recover', { email });
      return `If ${email} has an account, a link to set a new password is on its way.`;
    }
    await postJson('/v1/first-admin', { secret: adminSecret, email, password });
    return signIn(email, password);
  }

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void run(() => act(String(form.get('email') ?? '').trim(), String(form.get('password') ?? '')));
  }

  const words = WORDS[mode];
  return (
    <div className="mt-8">
      <h1 className="text-title font-semibold">{words.title}</h1>
      <p className="text-ink-2">{words.lead}</p>
      <form method="post" onSubmit={submit} className="mt-6 flex flex-col gap-4">
        <Field label="Email" name="email" type="email" autoComplete="email" required maxLength={254} />
        {mode !== 'forgot' && (
          <Field
            key={mode}
            label={mode === 'in' ? 'Password' : 'New password'}
            name="password"
            type="password"
            autoComplete={mode === 'in' ? 'current-password' : 'new-password'}
            required
            minLength={mode === 'in' ? 1 : MIN_PASSWORD}
            hint={mode === 'in' ? undefined : `At least ${MIN_PASSWORD} characters.`}
          />
        )}
        <Notes error={error} done={done} />
        <Button type="submit" weight="primary" disabled={busy || !ready} className="h-10">
          {busy ? 'One moment…' : words.button}
        </Button>
      </form>
      <div className="mt-3 flex flex-wrap justify-between gap-2">
        {mode !== 'in' && <Turn onClick={() => turnTo('in')}>Back to sign in</Turn>}
        {mode === 'in' && <Turn onClick={() => turnTo('up')}>Create an account</Turn>}
        {mode === 'in' && <Turn onClick={() => turnTo('forgot')}>Forgot the password?</Turn>}
      </div>
      {mode === 'in' && demo.length > 0 && (
        <DemoPanel
          logins={demo}
          busy={busy || !ready}
          onPick={(email, password) => void run(() => signIn(email, password))}
        />
      )}
    </div>
  );
}

function Turn({ onClick, children }: { onClick: () => void; children: React.ReactNode }) {
  return (
    <button type="button" onClick={onClick} className="h-8 text-accent underline-offset-4 hover:underline">
      {children}
    </button>
  );
}
