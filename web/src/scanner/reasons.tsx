import type { ScanReason } from '@aion/contracts';
import { cx } from '../ui/class-names.ts';

const MARKS = {
  met: { sign: '✓', word: 'met', tone: 'text-up' },
  failed: { sign: '✕', word: 'failed', tone: 'text-down' },
  unknown: { sign: '?', word: 'unknown', tone: 'text-warn' },
} as const;

/** Conditions one by one, each with its sign and its word. */
export function Reasons({ reasons }: { reasons: readonly ScanReason[] }) {
  if (reasons.length === 0) return <p className="text-ink-2">The run kept no reasons.</p>;
  return (
    <ul aria-label="Conditions" className="grid gap-1">
      {reasons.map(({ state, title }, at) => (
        <li key={at} className="grid grid-cols-[76px_minmax(0,1fr)] gap-x-2">
          <span className={cx('font-medium whitespace-nowrap', MARKS[state].tone)}>
            <span aria-hidden="true" className="mr-1 inline-block w-3 text-center">
              {MARKS[state].sign}
            </span>
            {MARKS[state].word}
          </span>
          <span className="num break-words text-ink-2">{title}</span>
        </li>
      ))}
    </ul>
  );
}
