import type { Metadata } from 'next';
import { getDemoLogins } from '../../data/api.ts';
import { Wordmark } from '../../frame/wordmark.tsx';
import { LoginForm } from '../../login/login-form.tsx';
import { localPath } from '../../login/local-path.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function LoginPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const query = await searchParams;
  const demo = await getDemoLogins();
  return (
    <main className="grid min-h-dvh lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <div className="flex flex-col justify-center px-6 py-12 sm:px-16">
        <div className="mx-auto w-full max-w-sm">
          <Wordmark />
          <LoginForm
            next={localPath(query['next'])}
            resetToken={typeof query['token_hash'] === 'string' ? query['token_hash'] : null}
            startWithReset={query['mode'] === 'reset'}
            demo={demo?.logins ?? []}
          />
        </div>
      </div>
      <Pitch />
    </main>
  );
}

/** What the product is, for somebody who came here first. */
function Pitch() {
  return (
    <aside className="hidden flex-col justify-center border-l border-line bg-surface px-16 py-12 lg:flex">
      <div className="max-w-md">
        <p className="text-figure font-semibold tracking-tight text-balance">
          After each session, the few stocks worth a plan. With the reasons.
        </p>
        <ul className="mt-8 flex flex-col gap-4 text-lead text-ink-2">
          <li>Every signal has an entry zone, a stop and targets before it is published.</li>
          <li>What was scanned and why the rest was turned away is counted and shown.</li>
          <li>The hourly check says which signals are ready to enter and which wait, and for what.</li>
        </ul>
        <p className="mt-8 text-body text-ink-3">
          Information, not investment advice. Forecasts are uncertain and trading can lose money.
        </p>
      </div>
    </aside>
  );
}
