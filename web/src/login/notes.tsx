/** What came of a press, said where it was pressed. */
export function Notes({ error, done }: { error: string | null; done: string | null }) {
  return (
    <div aria-live="polite">
      {error !== null && (
        <p role="alert" className="rounded-md border border-danger bg-danger-soft px-3 py-2 text-danger">
          {error}
        </p>
      )}
      {done !== null && <p className="rounded-md bg-accent-soft px-3 py-2 text-accent">{done}</p>}
    </div>
  );
}
