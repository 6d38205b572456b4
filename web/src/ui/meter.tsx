/** A share as a thin bar beside its number. `frac` in [0,1]. */
export function Meter({ frac, text, label }: { frac: number; text: string; label: string }) {
  return (
    <span className="inline-flex items-center gap-2" title={label}>
      <span className="num text-right sm:w-9">{text}</span>
      <span aria-hidden="true" className="h-1 w-10 overflow-hidden rounded-full bg-raised">
        <span className="block h-full rounded-full bg-accent" style={{ width: `${clampPercent(frac)}%` }} />
      </span>
    </span>
  );
}

/** Work done of a known total, or moving without one. */
export function ProgressBar({ done, total, label }: { done: number | null; total: number | null; label: string }) {
  const known = done !== null && total !== null && total > 0;
  return (
    <div
      role="progressbar"
      aria-label={label}
      {...(known ? { 'aria-valuemin': 0, 'aria-valuemax': total, 'aria-valuenow': done } : {})}
      className="h-1 overflow-hidden rounded-full bg-raised"
    >
      {known ? (
        <div
          className="h-full rounded-full bg-accent transition-[width] duration-300"
          style={{ width: `${clampPercent(done / total)}%` }}
        />
      ) : (
        <div className="sweep h-full w-1/4 rounded-full bg-accent" />
      )}
    </div>
  );
}

const clampPercent = (frac: number): number => Math.round(Math.min(1, Math.max(0, frac)) * 1000) / 10;
