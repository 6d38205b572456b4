import { count } from '../ui/format.ts';
import { cx } from '../ui/class-names.ts';
import type { Kind } from './finding-query.ts';
import { SeverityTag } from './severity.tsx';

/** The kinds of findings with their number; one press cuts the list to a kind, another takes that back. */
export function KindsList(props: { kinds: readonly Kind[]; code: string; onCode: (code: string) => void }) {
  return (
    <ul aria-label="Findings by kind" className="grid border-b border-line md:grid-cols-2">
      {props.kinds.map((kind) => {
        const pressed = kind.code === props.code;
        return (
          <li key={kind.code}>
            <button
              type="button"
              aria-pressed={pressed}
              onClick={() => props.onCode(pressed ? '' : kind.code)}
              className={cx(
                'flex min-h-9 w-full items-center gap-3 px-4 py-1 text-left -outline-offset-2 max-sm:min-h-11',
                pressed ? 'bg-accent-soft text-accent' : 'text-ink-2 hover:bg-raised hover:text-ink',
              )}
            >
              <span className="w-20 shrink-0">
                <SeverityTag severity={kind.severity} />
              </span>
              <span className="min-w-0 flex-1">{kind.title}</span>
              <span className="num font-medium text-ink">{count(kind.count)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
