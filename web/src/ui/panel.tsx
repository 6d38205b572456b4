import type { ReactNode } from 'react';
import { cx } from './class-names.ts';

/** A titled surface. `aside` stands at the right of the title. */
export function Panel(props: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
  flush?: boolean;
  id?: string;
}) {
  return (
    <section
      id={props.id}
      aria-label={props.title}
      className={cx('overflow-hidden rounded-lg border border-line bg-surface', props.className)}
    >
      <div className="flex min-h-10 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 pt-2">
        <h2 className="text-body font-semibold text-ink">{props.title}</h2>
        {props.aside}
      </div>
      <div className={props.flush === true ? 'pt-1' : 'px-4 pt-1 pb-4'}>{props.children}</div>
    </section>
  );
}

/** Name and value on one line. */
export function Fact({ name, children, title }: { name: string; children: ReactNode; title?: string }) {
  return (
    <div className="flex items-baseline justify-between gap-4 py-1" title={title}>
      <dt className="text-ink-3">{name}</dt>
      <dd className="num text-right font-medium">{children}</dd>
    </div>
  );
}
