import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { Tag } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/class-names.ts';
import { sessionDay } from '../ui/format.ts';
import type { Finding } from './finding-query.ts';
import { SeverityTag } from './severity.tsx';
import { plainWords } from './plain-words.ts';

/** One finding: a table row, and a card on a phone. The roles are spelt out because a grid loses them. */
export function FindingRow(props: {
  finding: Finding;
  title: string;
  /** What a person can do about it; null where nothing is held back by it. */
  decision: 'accept' | 'accepted' | null;
  onSymbol: (symbol: string) => void;
  onSession: (sessionDate: string) => void;
  onAccept: () => void;
  onUndo: () => void;
}) {
  const { finding } = props;
  const { symbol, sessionDate } = finding;
  const linkClass = 'rounded-sm underline-offset-4 hover:underline';
  return (
    <tr
      role="row"
      className="row-lazy border-t border-line align-top focus-within:bg-raised hover:bg-raised max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-4 max-sm:py-3"
    >
      <Cell className="sm:w-28 sm:pl-4 max-sm:order-2">
        <SeverityTag severity={finding.severity} />
      </Cell>
      <Cell className="font-semibold sm:w-36 max-sm:order-1">
        {symbol === null ? (
          <span className="font-normal text-ink-3">Whole market</span>
        ) : (
          <button
            type="button"
            data-row=""
            onClick={() => props.onSymbol(symbol)}
            className={cx(linkClass, 'font-semibold')}
            title={`Only ${symbol}`}
          >
            {symbol}
          </button>
        )}
      </Cell>
      <Cell className="num whitespace-nowrap text-ink-2 sm:w-40 max-sm:order-3 max-sm:col-span-2">
        {sessionDate === null ? (
          '–'
        ) : (
          <button
            type="button"
            {...(symbol === null ? { 'data-row': '' } : {})}
            onClick={() => props.onSession(sessionDate)}
            className={linkClass}
            title="Only this session"
          >
            {sessionDay(sessionDate)}
          </button>
        )}
      </Cell>
      <Cell className="max-sm:order-4 max-sm:col-span-2">
        <span className="block">{props.title}</span>
        <span className="num block break-words text-note text-ink-2">{plainWords(finding.message)}</span>
      </Cell>
      <Cell className="pr-4 sm:text-right max-sm:order-5 max-sm:col-span-2 max-sm:empty:hidden">
        {props.decision === 'accept' && (
          <Button onClick={props.onAccept} aria-label={`Accept the finding of ${symbol}`}>
            Accept…
          </Button>
        )}
        {props.decision === 'accepted' && (
          <span className="inline-flex items-center gap-2">
            <Tag tone="good" title="The next run uses the symbol again">
              <Check size={12} aria-hidden="true" />
              Accepted
            </Tag>
            <Button weight="quiet" onClick={props.onUndo} aria-label={`Undo the acceptance of ${symbol}`}>
              Undo…
            </Button>
          </span>
        )}
      </Cell>
    </tr>
  );
}

function Cell({ className, children }: { className?: string; children?: ReactNode }) {
  return (
    <td role="cell" className={cx('px-2 py-2 max-sm:p-0', className)}>
      {children}
    </td>
  );
}
