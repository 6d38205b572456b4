'use client';
import type { DemoLogins } from '@aion/contracts';
import { useEffect, useState, type SubmitEvent } from 'react';
import { leaveFor } from '../data/leave.ts';
import { supabase } from '../data/supabase-browser.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { DemoPanel } from './demo-panel.tsx';
import { loginError } from './login-error.ts';
import { takeMailLink } from './mail-link.ts';

type Mode = 'in' | 'up' | 'forgot' | 'reset';
const WORDS: Record<Mode, { title: string; lead: string; button: string }> = {
  in: { title: 'Sign in', lead: 'Welcome back.', button: 'Sign in' },
  up: { title: 'Create an account', lead: 'You start on the basic plan.', button: 'Create the account' },
  forgot: { title: 'Forgot your password', lead: 'We mail you a link to set a new one.', button: 'Send the link' },
  reset: { title: 'Set a new password', lead: 'It replaces the old one at once.', button: 'Save the password' },
};
const MIN_PASSWORD = 8;

/** Sign in, sign up, forgotten and new password, all against the identity endpoint of the site's own origin. */
export function LoginForm(props: {
  next: string;
  resetToken: string | null;
  startWithReset: boolean;
  demo: DemoLogins['logins'];
}) {
  const [mode, setMode] = useState<Mode>(props.startWithReset || props.resetToken !== null ? 'reset' : 'in');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [done, setDone] = useState<string | null>(null);
  // Before the scripts run a press would send the form as a GET, with the password in the address.
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const link = takeMailLink();
    if (link === null) return setReady(true);
    if (link.kind === 'refused') {
      setError(loginError(Object.assign(new Error(link.message), { code: link.code })));
      return setReady(true);
    }
    setMode('reset');
    void takeSession(link.session)
      .then(setError)
      .finally(() => setReady(true));
  }, []);

  const turnTo = (next: Mode): void => {
    setMode(next);
    setError(null);
    setDone(null);
  };

  async function attempt(action: () => Promise<string | null>): Promise<void> {
    setBusy(true);
    setError(null);
    setDone(null);
    try {
      const message = await action();
      // A full load: the server draws the first page with the new session.
      if (message === null) leaveFor(props.next);
      else setDone(message);
    } catch (failure) {
      setError(loginError(failure));
    }
    setBusy(false);
  }

  const signIn = (email: string, password: string) =>
    attempt(async () => {
      const { error: refused } = await supabase().auth.signInWithPassword({ email, password });
      if (refused !== null) throw refused;
      return null;
    });

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const email = String(form.get('email') ?? '').trim();
    const password = String(form.get('password') ?? '');
    if (mode === 'in') void signIn(email, password);
    if (mode === 'up') void attempt(() => signUp(email, password));
    if (mode === 'forgot') void attempt(() => sendLink(email));
    if (mode === 'reset') void attempt(() => setPassword(password, props.resetToken));
  }

  const words = WORDS[mode];
  return (
    <div className="mt-8">
      <h1 className="text-title font-semibold">{words.title}</h1>
      <p className="text-ink-2">{words.lead}</p>
      <form method="post" onSubmit={submit} className="mt-6 flex flex-col gap-4">
        {mode !== 'reset' && (
          <Field label="Email" name="email" type="email" autoComplete="email" required maxLength={254} />
        )}
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
        <div aria-live="polite">
          {error !== null && (
            <p role="alert" className="rounded-md border border-danger bg-danger-soft px-3 py-2 text-danger">
              {error}
            </p>
          )}
          {done !== null && <p className="rounded-md bg-accent-soft px-3 py-2 text-accent">{done}</p>}
        </div>
        <Button type="submit" weight="primary" disabled={busy || !ready} className="h-10">
          {busy ? 'One moment…' : words.button}
        </Button>
      </form>
      <div className="mt-3 flex flex-wrap justify-between gap-2">
        {mode !== 'in' && <Turn onClick={() => turnTo('in')}>Back to sign in</Turn>}
        {mode === 'in' && <Turn onClick={() => turnTo('up')}>Create an account</Turn>}
        {mode === 'in' && <Turn onClick={() => turnTo('forgot')}>Forgot the password?</Turn>}
      </div>
      {mode === 'in' && props.demo.length > 0 && (
        <DemoPanel
          logins={props.demo}
          busy={busy || !ready}
          onPick={(login) => void signIn(login.email, login.password)}
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

/** Signs in with the session of a link; gives words to show when it is refused. */
async function takeSession(session: { access_token: string; refresh_token: string }): Promise<string | null> {
  const { error } = await supabase().auth.setSession(session);
  return error === null ? null : loginError(error);
}

async function signUp(email: string, password: string): Promise<string | null> {
  const { data, error } = await supabase().auth.signUp({ email, password });
  if (error !== null) throw error;
  return data.session === null ? `We have sent a mail to ${email}. Confirm it, then sign in.` : null;
}

async function sendLink(email: string): Promise<string> {
  const redirectTo = `${window.location.origin}/login?mode=reset`;
  const { error } = await supabase().auth.resetPasswordForEmail(email, { redirectTo });
  if (error !== null) throw error;
  return `If ${email} has an account, a link to set a new password is on its way.`;
}

async function setPassword(password: string, tokenHash: string | null): Promise<null> {
  if (tokenHash !== null) {
    const { error } = await supabase().auth.verifyOtp({ token_hash: tokenHash, type: 'recovery' });
    if (error !== null) throw error;
  }
  const { error } = await supabase().auth.updateUser({ password });
  if (error !== null) throw error;
  return null;
}
