import { cx } from '../ui/class-names.ts';

export function Wordmark({ wordClass }: { wordClass?: string }) {
  return (
    <span className="inline-flex items-center gap-3">
      <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true" className="shrink-0">
        <path
          d="M4 22.5 12 11.5l5.5 7L27 7"
          fill="none"
          stroke="var(--accent)"
          strokeWidth="3"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
        <circle cx="27" cy="7" r="2.75" fill="var(--ink)" />
      </svg>
      <span className={cx('text-lead font-semibold tracking-tight', wordClass)}>Aion</span>
    </span>
  );
}
