import { useState } from 'react';
import { loginError } from './login-error.ts';

/** One thing at a time that the server is asked for: whether it goes on, what was refused, what is done. */
export function useAttempt() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [done, setDone] = useState<string | null>(null);
  return {
    busy,
    error,
    done,
    clear(): void {
      setError(null);
      setDone(null);
    },
    /** Runs `action`; words that it gives are shown, null is for one that leaves the page. */
    async run(action: () => Promise<string | null>): Promise<void> {
      setBusy(true);
      setError(null);
      setDone(null);
      try {
        const words = await action();
        if (words === null) return;
        setDone(words === '' ? null : words);
      } catch (failure) {
        setError(loginError(failure));
      }
      setBusy(false);
    },
  };
}
