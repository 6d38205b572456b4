import type { DemoLogins } from '@aion/contracts';

/** One press per demo account; shown only to who came by the link that the start printed. */
export function DemoPanel(props: {
  logins: DemoLogins['logins'];
  busy: boolean;
  onPick: (email: string, password: string) => void;
}) {
  return (
    <section aria-label="Demo accounts" className="mt-8 rounded-lg border border-line bg-surface p-4">
      <h2 className="font-semibold">Demo accounts</h2>
      <p className="text-note text-ink-3">
        This is a demo on your own machine. Look around as any plan. The link that brought you here is used up; the
        passwords stand in the terminal.
      </p>
      <ul className="mt-3 grid grid-cols-2 gap-2">
        {props.logins.map(({ label, email, password }) => (
          <li key={email}>
            <button
              type="button"
              disabled={props.busy || password === null}
              title={password === null ? 'Its password was changed' : undefined}
              onClick={() => password !== null && props.onPick(email, password)}
              className="w-full rounded-md border border-line bg-canvas px-3 py-2 text-left hover:border-line-strong hover:bg-raised disabled:opacity-50"
            >
              <span className="block font-medium">{label}</span>
              <span className="block truncate text-note text-ink-3">{email}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
