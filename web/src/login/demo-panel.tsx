import type { DemoLogins } from '@aion/contracts';

type DemoLogin = DemoLogins['logins'][number];

/** One press per demo account; shown only where the server hands them out. */
export function DemoPanel(props: { logins: readonly DemoLogin[]; busy: boolean; onPick: (login: DemoLogin) => void }) {
  return (
    <section aria-label="Demo accounts" className="mt-8 rounded-lg border border-line bg-surface p-4">
      <h2 className="font-semibold">Demo accounts</h2>
      <p className="text-note text-ink-3">This is a demo on your own machine. Look around as any plan.</p>
      <ul className="mt-3 grid grid-cols-2 gap-2">
        {props.logins.map((login) => (
          <li key={login.email}>
            <button
              type="button"
              disabled={props.busy}
              onClick={() => props.onPick(login)}
              className="w-full rounded-md border border-line bg-canvas px-3 py-2 text-left hover:border-line-strong hover:bg-raised disabled:opacity-50"
            >
              <span className="block font-medium">{login.label}</span>
              <span className="block truncate text-note text-ink-3">{login.email}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
